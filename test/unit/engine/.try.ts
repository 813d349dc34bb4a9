import { readdirSync } from "node:fs";
import { readFile, mkdtemp, cp } from "node:fs/promises";
import { startServer } from "../../../src/demo/server.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
const scenariosDir = new URL("../../../src/demo/scenarios/", import.meta.url);
for (const f of readdirSync(scenariosDir)) { const scenario = f.replace(".json","");
  const server = await startServer({ token: "demo-token", scenariosDir, scenario, speed: 1000 });
  const root = await mkdtemp("/tmp/try-"); await cp(new URL("../../../src/demo/sample/", import.meta.url), root, {recursive:true});
  const e = anthropicEngine({connection:{name:"d",endpoint:`http://127.0.0.1:${server.port}`,model:"demo",key:"d"},key:"demo-token",wait:async()=>{},limits:{silence:400}});
  const t=performance.now(); let n=0; const ks:string[]=[]; let last:any; const a:any[]=[];
  for await (const x of e.run({history:[],report:"",prompt:"Do it",attachments:[],root}, new AbortController().signal)) { n++; last=x; if(x.kind==="waiting") ks.push(x.why); if(x.kind==="answered") a.push(x.ok); }
  console.log(scenario, "|", last.how, "|", last.message ?? "", "|", ks.join("; "), "|", a.filter(x=>x).length+"/"+a.length, (performance.now()-t).toFixed(0));
  await server.close();
}

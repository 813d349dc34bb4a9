/**
 * Certificates for the tests of proxies: made anew in a temporary folder for each run, known to nobody else, and kept nowhere.
 *
 * Two authorities, each with one certificate: the host is told to trust the first, as a machine's own store tells it; nobody trusts the second.
 * Always: what cannot be made is a value with its cause. No key leaves the folder.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../setup.mjs";

/** The folder, or why there is none. */
export type Certificates =
  { kind: "made"; folder: string; env: Record<string, string> } | { kind: "missing"; cause: string };

/** Makes `known.pem`, `known.key`, `unknown.pem` and `unknown.key` in the folder, for the name that the tests' model has. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  // Elsewhere the machine's own store would have to be changed.
  if (process.platform !== "linux")
    return { kind: "missing", cause: "only on Linux can a process be told of an authority" };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    for (const name of ["known", "unknown"]) await authorityWithOne(folder, name);
  } catch (problem) {
    const why = /ENOENT/.test((problem as Error).message) ? "there is no openssl" : (problem as Error).message;
    return { kind: "missing", cause: why };
  }
  // OpenSSL's own variable, which Node reads for the system's certificates.
  return { kind: "made", folder, env: { SSL_CERT_FILE: join(folder, "known-authority.pem") } };
}

async function authorityWithOne(folder: string, name: string): Promise<void> {
  const file = (ending: string): string => join(folder, `${name}${ending}`);
  const authority = [
    "[req]",
    "distinguished_name=of",
    "x509_extensions=is",
    "[of]",
    "[is]",
    "basicConstraints=critical,CA:TRUE",
  ];
  writeFileSync(file("-authority.cnf"), [...authority, "keyUsage=critical,keyCertSign", ""].join("\n"));
  writeFileSync(file(".ext"), "subjectAltName=DNS:model.countersign.invalid\n");
  const fresh = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-config",
    file("-authority.cnf"),
  ];
  const openssl = (...args: string[]): Promise<string> => run("openssl", args, { cwd: folder });
  const subject = (of: string): string[] => ["-subj", `/CN=Countersign test: ${of}`];
  await openssl(
    "req",
    "-x509",
    ...fresh,
    ...subject(`authority ${name}`),
    "-days",
    "2",
    "-keyout",
    file("-authority.key"),
    "-out",
    file("-authority.pem"),
  );
  await openssl("req", ...fresh, ...subject("model"), "-keyout", file(".key"), "-out", file(".csr"));
  const by = ["-CA", file("-authority.pem"), "-CAkey", file("-authority.key"), "-CAcreateserial"];
  await openssl(
    "x509",
    "-req",
    "-in",
    file(".csr"),
    ...by,
    "-days",
    "2",
    "-extfile",
    file(".ext"),
    "-out",
    file(".pem"),
  );
}

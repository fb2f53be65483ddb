// What the C# transport is generated from: the description without what is not its own.

/** Answered in the bytes that are stored, or for those who run a host: the client reads these itself, or not at all. */
const isJson = (operation) => {
  const schema = operation.responses['200']?.content?.['application/json']?.schema?.$ref?.split('/').at(-1);
  return schema !== undefined && !['TrustFile', 'Receipt', 'ReceiptPage', 'OpenApi'].includes(schema) && !operation.tags.includes('Service');
};

/** @param description The description in OpenAPI 3.0; changed in place. */
export function describeForCSharp(description) {
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (!isJson(operation)) {
        delete operations[method];
        continue;
      }
      // What is no success is an exception before the transport sees it: see RetryHandler.
      operation.responses = { 200: { description: 'As asked.', content: operation.responses['200'].content } };
      delete operation.security;
    }
    if (Object.keys(operations).length === 0) delete description.paths[path];
  }
  const { schemas } = description.components;
  description.components = { schemas };
  keepUsed(description);
  rename(description, 'Stream', 'StoredStream'); // System.IO has a Stream
  walk(schemas, plain);
  return description;
}

/** A member that the client does not know is left alone; null beside a reference is written where the generator reads it. */
function plain(schema) {
  if (schema.type === 'object' && schema.properties) schema.additionalProperties ??= false;
  if (schema.nullable && schema.allOf?.length === 1) {
    schema.oneOf = schema.allOf;
    delete schema.allOf;
    delete schema.type;
  }
}

function rename(description, from, to) {
  const { schemas } = description.components;
  if (!schemas[from]) return;
  schemas[to] = schemas[from];
  delete schemas[from];
  walk(description, (value) => {
    if (value.$ref === `#/components/schemas/${from}`) value.$ref = `#/components/schemas/${to}`;
  });
}

function keepUsed(description) {
  const { schemas } = description.components;
  const used = new Set();
  const visit = (value) => walk(value, ({ $ref }) => {
    const name = typeof $ref === 'string' ? $ref.split('/').at(-1) : null;
    if (name === null || used.has(name)) return;
    used.add(name);
    visit(schemas[name]);
  });
  visit(description.paths);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}

function walk(value, visit) {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value);
  for (const member of Object.values(value)) walk(member, visit);
}

// Reads an AsyncAPI document from standard input, by AsyncAPI's own parser; prints what it found.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
const found = document?.channels().all().flatMap((channel) =>
  channel.messages().all().map((message) => [channel.id(), message.id()]),
);
console.log(JSON.stringify({
  messages: found ?? [],
  diagnostics: diagnostics.map(({ severity, code, message, path }) => (
    { severity, code, message, path: path.join("/") })),
}));

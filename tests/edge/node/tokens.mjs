// Reads JSON lines with a string each, prints for each the tokens by two vocabularies of OpenAI's models.
import { createInterface } from "node:readline";
import { countTokens as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens as o200k } from "gpt-tokenizer/encoding/o200k_base";

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  console.log(JSON.stringify([o200k(text), cl100k(text)]));
}

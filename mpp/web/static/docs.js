"use strict";
// Reads the OpenAPI document of this very server and shows it; no other address is asked.

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

// Words of the document, where `this` is code.
function prose(words) {
  return el("span", {}, ...(words || "").split("`").map((part, place) => (place % 2 ? el("code", {}, part) : part)));
}

function kindOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const options = schema.oneOf || schema.anyOf;
  if (options) return options.map(kindOf).join(" | ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array") return kindOf(schema.items) + "[]";
  const limits = [];
  if (schema.pattern) limits.push(schema.pattern);
  if (schema.minimum !== undefined) limits.push(schema.minimum + ".." + schema.maximum);
  if (schema.maxLength !== undefined) limits.push("≤ " + schema.maxLength);
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type || "any";
  return type + (schema.format ? " " + schema.format : "") + (limits.length ? " (" + limits.join(", ") + ")" : "");
}

function rows(head, list) {
  const table = el("table", {}, el("tr", {}, ...head.map((h) => el("th", {}, h))));
  for (const cells of list) table.append(el("tr", {}, ...cells.map((c) => el("td", {}, c))));
  return table;
}

// What a field or a parameter is, with its first example.
function told(field) {
  const schema = field.schema || field;
  const example = (schema.examples || (schema.items || {}).examples || [])[0];
  const words = prose(field.description);
  if (example !== undefined) words.append(" ", el("code", {}, JSON.stringify(example)));
  return words;
}

// The values of the examples of a body, also of those that stand among the components.
function examplesOf(content, spec) {
  return Object.values(content.examples || {}).map((each) =>
    each.$ref ? spec.components.examples[each.$ref.split("/").pop()].value : each.value);
}

function schemaTable(schema) {
  const required = new Set(schema.required || []);
  return rows(["Field", "Type", "", ""], Object.entries(schema.properties || {}).map(([name, field]) =>
    [el("code", {}, name), kindOf(field), required.has(name) ? "required" : "", told(field)]));
}

function operation(path, method, op, spec) {
  const open = (op.security || []).length === 0 ? "public" : op.security.map((s) => Object.keys(s)[0]).join(" / ");
  const box = el("details", {}, el("summary", {},
    el("span", { class: "method " + method }, method.toUpperCase()), el("code", {}, path), " ", op.summary || "", " ",
    el("span", { class: "open" }, open)));
  if (op.description) box.append(el("p", {}, prose(op.description)));
  if ((op.parameters || []).length) {
    box.append(rows(["Parameter", "In", "Type", "", ""], op.parameters.map((p) =>
      [el("code", {}, p.name), p.in, kindOf(p.schema), p.required ? "required" : "", told(p)])));
  }
  for (const [media, content] of Object.entries((op.requestBody || { content: {} }).content)) {
    box.append(el("p", {}, "Body: ", el("code", {}, media), " ", kindOf(content.schema)));
    for (const value of examplesOf(content, spec)) box.append(el("pre", {}, JSON.stringify(value, null, 2)));
  }
  for (const [status, response] of Object.entries(op.responses || {})) {
    for (const content of Object.values(response.content || {})) {
      for (const value of examplesOf(content, spec)) {
        box.append(el("details", {}, el("summary", {}, "Answer " + status), el("pre", {}, JSON.stringify(value, null, 2))));
      }
    }
  }
  box.append(rows(["Status", "", ""], Object.entries(op.responses || {}).map(([status, response]) => {
    const content = Object.entries(response.content || {})[0];
    return [el("code", {}, status), prose(response.description), content ? kindOf(content[1].schema) : ""];
  })));
  return box;
}

function show(spec) {
  const main = document.getElementById("contract");
  main.replaceChildren(el("h1", {}, spec.info.title), el("p", {}, prose(spec.info.description)),
    el("p", {}, el("a", { href: "/api/v1/openapi.json" }, "openapi.json")));
  const groups = new Map();
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      const tag = (op.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(path, method, op, spec));
    }
  }
  for (const [tag, boxes] of groups) main.append(el("h2", {}, tag), ...boxes);
  main.append(el("h2", {}, "schemas"));
  for (const [name, schema] of Object.entries(spec.components.schemas)) {
    main.append(el("details", {}, el("summary", {}, el("code", {}, name)),
      el("p", {}, prose(schema.description)), schemaTable(schema)));
  }
}

fetch("/api/v1/openapi.json").then((answer) => answer.json()).then(show).catch((error) => {
  document.getElementById("contract").append(el("p", {}, String(error)));
});

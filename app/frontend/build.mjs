// Builds the screens' scripts, styles and icons: node build.mjs OUTPUT_FOLDER.
// Called by hatch_build.py; writes app.js (an ES module, with chunks beside it), app.css, reader.css and archive.css
// (the readers' pages stand apart), icons.svg, mail_support.json (what main mail programs leave out, for pre-flight) and
// licenses.txt.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const output = resolve(process.argv[2] ?? join(here, "..", "static", "dist"));

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: {
      app: "src/main.js", "app-style": "src/main.css", reader: "src/reader.css", archive: "src/archive.css",
      sign_up: "src/sign_up.js", chart: "src/chart.js",
    },
    outdir: output,
    entryNames: "[name]",
    chunkNames: "chunk-[hash]",
    assetNames: "asset-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    legalComments: "none",
    target: ["es2022", "chrome123", "firefox121", "safari17.5"],
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const file of result.outputFiles) {
    await writeFile(file.path.replace(/app-style\.css$/, "app.css"), file.contents);
  }
  return Object.keys(result.metafile.inputs);
}

// One sprite, so that a page asks for the icons once: <svg class="icon"><use href=".../icons.svg#mail"/></svg>
async function sprite() {
  const names = JSON.parse(await readFile(join(here, "src", "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(symbol));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(join(output, "icons.svg"), svg);
}

async function symbol(name) {
  const file = join(modules, "lucide-static", "icons", `${name}.svg`);
  const source = await readFile(file, "utf8").catch(() => {
    throw new Error(`src/icons.json: Lucide has no icon named "${name}"; see https://lucide.dev/icons`);
  });
  const shapes = source.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
  const stroke = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

// The newest test of each main mail program decides; a program that knows a feature anywhere on its platform counts as
// knowing it only where every one of these platforms does.
const mailPrograms = {
  Gmail: [["gmail", "desktop-webmail"], ["gmail", "ios"], ["gmail", "android"]],
  "Apple Mail": [["apple-mail", "macos"], ["apple-mail", "ios"]],
  "Outlook for Windows": [["outlook", "windows"]],
  "Outlook on the web": [["outlook", "outlook-com"]],
  "Yahoo Mail": [["yahoo", "desktop-webmail"]],
};

async function mailSupport() {
  const source = await readFile(join(modules, "caniemail", "data", "caniemail.json"), "utf8");
  const { data, last_update_date: updated } = JSON.parse(source);
  const lacks = (stats, [family, platform]) => Object.values(stats[family]?.[platform] ?? {}).at(-1)?.startsWith("n");
  const features = {};
  for (const { slug, title, category, stats } of data) {
    const lacking = Object.keys(mailPrograms).filter((name) => mailPrograms[name].some((one) => lacks(stats, one)));
    if (["css", "html"].includes(category) && lacking.length) features[slug] = { title, lacking };
  }
  await writeFile(join(output, "mail_support.json"), `${JSON.stringify({ updated, features })}\n`);
}

// The licences of what was bundled ask to travel with it.
async function licenses(inputs) {
  const found = inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const names = [...new Set([...found, "caniemail", "lucide-static"])].sort();
  const texts = await Promise.all(names.map(license));
  await writeFile(join(output, "licenses.txt"), texts.join("\n\n"));
}

async function license(name) {
  const folder = join(modules, name);
  const { version, license: kind } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  for (const file of ["LICENSE", "LICENSE.md", "license", "LICENSE.txt"]) {
    const text = await readFile(join(folder, file), "utf8").catch(() => null);
    if (text !== null) return `== ${name} ${version} (${kind})\n\n${text.trim()}\n`;
  }
  return `== ${name} ${version} (${kind})\n`;
}

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
await licenses(await bundle());
await sprite();
await mailSupport();

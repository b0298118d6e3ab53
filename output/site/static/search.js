// The search of a site in files. output/site/as_files/search_index.py makes the index, and says what it holds.

const PAGE = 10, MAX_TERM = 40, MAX_TERMS = 64, BEFORE = 100, AFTER = 200, MAX_TEXT = 500_000;
const form = document.getElementById("search");
const { root, shards } = form.dataset;
// The same words as the index has: Python writes signs beyond the first plane in another way.
const SIGNS = form.dataset.signs.replace(/\\U0*([0-9a-f]+)/gi, "\\u{$1}");
const WORD = new RegExp(`[${SIGNS}]|(?:(?![${SIGNS}])[\\p{L}\\p{N}])+`, "gu"), SIGN = new RegExp(`[${SIGNS}]`, "u");
const asked = new URLSearchParams(location.search);
const loaded = new Map();

const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
const wordsOf = (text) => (folded(text).match(WORD) ?? []).map((word) => [...word].slice(0, MAX_TERM).join(""));
const nameOf = (text) => text.toLowerCase().split(/\s+/).filter((word) => word).join(" ");

function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

async function load(path) {
  if (!loaded.has(path)) {
    loaded.set(path, fetch(root + path).then((answer) => {
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return path.endsWith(".json") ? answer.json() : answer.text();
    }));
  }
  return loaded.get(path);
}

// What the question asks for: phrases (a word is one too), as words.
function phrasesOf(question) {
  const found = [...question.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => wordsOf(quoted ?? word));
  return found.filter((words) => words.length);
}

function termsOf(phrases) {
  const pairs = phrases.flatMap((words) => words.length < 2 ? words : words.slice(1).map((word, at) => `${words[at]} ${word}`));
  const filters = ["vendor", "type"].map((name) => [name, nameOf(asked.get(name) ?? "")]).filter(([, value]) => value);
  return [...new Set([...filters.map((filter) => filter.join(":")), ...pairs])].slice(0, MAX_TERMS);
}

// Where a term stands: by the number of a policy, the places of revisions as [from, to, from, to, …]; none means all.
async function standing(term) {
  const terms = await load(`search/terms/${crc32(term) & (shards - 1)}.json`);
  const found = new Map();
  let number = 0;
  for (const posting of Object.hasOwn(terms, term) ? terms[term] : []) {
    const [step, ...places] = [posting].flat();
    number += step;
    found.set(number, places);
  }
  return found;
}

function both(one, other) {
  if (!one.length || !other.length) return one.length ? one : other;
  const shared = [];
  for (let a = 0, b = 0; a < one.length && b < other.length;) {
    const from = Math.max(one[a], other[b]), to = Math.min(one[a + 1], other[b + 1]);
    if (from <= to) shared.push(from, to);
    if (one[a + 1] < other[b + 1]) a += 2; else b += 2;
  }
  return shared.length ? shared : null;
}

async function find(terms) {
  const all = (await Promise.all(terms.map(standing))).sort((one, other) => one.size - other.size);
  let found = all[0];
  for (const more of all.slice(1)) {
    const left = new Map();
    for (const [number, places] of found) {
      const shared = more.has(number) ? both(places, more.get(number)) : null;
      if (shared) left.set(number, shared);
    }
    found = left;
  }
  return [...found];
}

// Texts come from strangers: they are only ever the text of an element.
function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.append(text);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const day = (date) => new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${date}T00:00Z`));
const between = (one, other) => one === other ? `on ${day(one)}` : `between ${day(one)} and ${day(other)}`;
const fragment = (words) => `#:~:text=${encodeURIComponent(words).replaceAll("-", "%2D")}`;

const named = ([name]) => encodeURIComponent(name);

function meta({ path, revisions }, places) {
  const at = places.length ? places : [0, revisions.length - 1];
  let number = 0;
  for (let i = 0; i < at.length; i += 2) number += at[i + 1] - at[i] + 1;
  const first = at[0], last = at.at(-1);
  const change = (one) => element("a", between(revisions[one - 1][2], revisions[one][1]), { href: `${root}${path}${named(revisions[one - 1])}/${named(revisions[one])}/` });
  const line = element("p", `In ${number} of ${revisions.length} revisions. First appearance: `, { class: "meta" });
  line.append(first ? change(first) : `by ${day(revisions[0][1])}, when the policy was first seen`, `. Last: ${day(revisions[last][2])}`);
  if (last + 1 < revisions.length) line.append("; gone ", change(last + 1), "."); else line.append(", in the latest text.");
  if (last - first + 1 > number) line.append(" It was gone for a time in between.");
  return line;
}

// Where a phrase stands in a document, with the text around it. No sign is taken twice: a text may be made to be slow.
function snippet(document, phrases) {
  const text = document.slice(0, MAX_TEXT).replace(/^>.*$/m, "").replace(/!?\[([^[\]]*)\]\([^()\s]*\)/g, "$1")
    .replace(/[*_`#|>\\]+/g, " ").replace(/\s+/g, " ");
  const searched = [...text].map((sign) => { const small = folded(sign); return small.length === sign.length ? small : sign; }).join("");
  const before = (word) => SIGN.test(word) ? "" : "(?<![\\p{L}\\p{N}])", after = (word) => SIGN.test(word) ? "" : "(?![\\p{L}\\p{N}])";
  const pattern = phrases.map((words) => before(words[0]) + words.join("[^\\p{L}\\p{N}]*") + after(words.at(-1))).join("|");
  const hits = [...searched.matchAll(new RegExp(pattern, "gu"))];
  if (!hits.length) return null;
  const begin = hits[0].index, end = begin + hits[0][0].length;
  const low = text.indexOf(" ", begin - BEFORE) + 1, high = text.lastIndexOf(" ", end + AFTER);
  const from = begin <= BEFORE ? 0 : low && low <= begin ? low : begin - BEFORE;
  const to = end + AFTER >= text.length ? text.length : high > end ? high : end + AFTER;
  const line = element("p", from ? "… " : "", { class: "snippet" });
  let at = from;
  for (const { index, 0: { length } } of hits) {
    if (index < at || index + length > to) continue;
    line.append(text.slice(at, index), element("mark", text.slice(index, index + length)));
    at = index + length;
  }
  line.append(text.slice(at, to), to < text.length ? " …" : "");
  return line;
}

async function show(number, places, phrases) {
  const policy = await load(`search/policies/${number}.json`);
  const name = named(policy.revisions[places.length ? places.at(-1) : policy.revisions.length - 1]);
  const entry = element("li"), title = element("h2");
  const words = /"([^"]+)"/.exec(asked.get("q"))?.[1] ?? asked.get("q").trim().split(/\s+/)[0];
  title.append(element("a", `${policy.vendor}: ${policy.type}`, { href: `${root}${policy.path}${name}/${fragment(words)}` }));
  entry.append(title, meta(policy, places));
  load(`${policy.path}${name}.md`).then((text) => {
    const line = snippet(text, phrases);
    if (line) title.after(line);
  }).catch(() => {}); // without the text, the answer stands
  return entry;
}

async function answer() {
  for (const name of ["q", "vendor", "type"]) document.getElementById(name).value = asked.get(name) ?? "";
  const question = asked.get("q")?.trim();
  if (!question) return;
  const status = document.getElementById("answer");
  const phrases = phrasesOf(question);
  if (!phrases.length) {
    status.textContent = `“${question}” has no word to look for.`;
    return;
  }
  status.textContent = "Searching …";
  const found = await find(termsOf(phrases));
  const page = Math.max(Number.parseInt(asked.get("page") ?? "1", 10) || 1, 1), first = (page - 1) * PAGE;
  const list = document.getElementById("found");
  list.start = first + 1;
  list.append(...await Promise.all(found.slice(first, first + PAGE).map(([number, places]) => show(number, places, phrases))));
  status.textContent = found.length ? `${found.length.toLocaleString("en")} polic${found.length === 1 ? "y has" : "ies have"} had it.` : "No text has that.";
  const turn = (to, label, rel) => {
    const query = new URLSearchParams(asked);
    query.set("page", to);
    document.getElementById("pages").append(element("a", label, { href: `?${query}`, rel }), " ");
  };
  if (page > 1) turn(page - 1, "Back", "prev");
  if (first + PAGE < found.length) turn(page + 1, "More", "next");
}

answer().catch((error) => {
  document.getElementById("answer").textContent = `The index of the search cannot be read (${error.message}). Load the page again.`;
});

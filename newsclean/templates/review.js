"use strict";
// The review page's script: builds articles and samples of the data in the page, by textContent alone.
(() => {
  const FAR = 3; // so many paragraphs without edits are folded
  const AT_ONCE = 20; // articles, and rules times two, that are built before somebody asks for more
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const fold = (text) => text.normalize("NFC").toLowerCase();
  const counted = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  // ---- text that shows what it holds: controls, bidi overrides and halves of characters as signs
  const SIGNS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const MORE_SIGNS = /[\0-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const code = (c) => "U+" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");

  function visible(text, inEdit) {
    const nodes = [];
    let at = 0;
    for (const match of text.matchAll(inEdit ? MORE_SIGNS : SIGNS)) {
      if (match.index > at) nodes.push(text.slice(at, match.index));
      nodes.push(el("span", { className: "sign", textContent: code(match[0]) }));
      at = match.index + match[0].length;
    }
    if (at < text.length) nodes.push(text.slice(at));
    return nodes;
  }

  const BREAKS = /\r\n|[\n\r\u2028\u2029]/g;
  const plain = (text) => text.replace(BREAKS, "\n");
  function solid(text) { // an edit's text; blanks alone are shown as signs
    if (text.trim()) return visible(plain(text), true);
    return [el("span", { className: "sign", textContent: plain(text).replace(/\n/g, "⏎").replace(/[^⏎]/g, (c) => (c === " " ? "␣" : c === "\t" ? "⇥" : code(c))) })];
  }

  // ---- edits, and which of them are marked as wrong
  const edits = new Map(); // by place: where it stands in the data
  const place = (file, row, start, end) => JSON.stringify([file, row, start, end]);
  data.articles.forEach((a, n) => {
    a.text = a.parts.map((p) => (typeof p === "string" ? p : p[0])).join("");
    a.edits = a.parts.filter((p) => typeof p !== "string").map(([cut, put, rule, confidence, start, end, why, id]) => {
      const edit = { cut, put, rule: data.rules[rule] || { id, kind: "", reason: "" }, id, confidence, start, end, why, article: a };
      edit.key = place(a.file, a.row, start, end);
      edits.set(edit.key, edit);
      return edit;
    });
    a.words = fold([a.title, a.id, a.file, a.site, a.text].join("\n"));
    a.n = n;
  });
  data.samples.forEach((samples, n) => samples.forEach((s) => {
    s.rule = data.rules[n];
    s.id = s.id || "";
    s.key = place(s.file, s.row, s.start, s.end);
    s.words = fold(s.before + s.cut + s.after);
    if (!edits.has(s.key)) edits.set(s.key, s);
  }));

  const marks = new Set();
  const store = "newsclean review " + data.digest;
  try {
    for (const key of JSON.parse(localStorage.getItem(store) || "[]")) if (edits.has(key)) marks.add(key);
  } catch { /* no storage: marks last as long as the page */ }

  const whole = (edit) => !edit.more; // what is shown in part cannot be checked
  function mark(key, wrong) {
    if (!whole(edits.get(key))) return;
    if (wrong) marks.add(key);
    else marks.delete(key);
    showMarks();
  }

  function showMarks() {
    for (const node of document.querySelectorAll("[data-key]")) {
      const wrong = marks.has(node.dataset.key);
      if (node.type === "checkbox") node.checked = wrong;
      else node.setAttribute("aria-pressed", wrong);
    }
    $("marked").textContent = marks.size ? `${counted(marks.size, "edit")} marked as wrong` : "nothing marked";
    $("export").disabled = $("unmark").disabled = !marks.size;
    try {
      localStorage.setItem(store, JSON.stringify([...marks]));
    } catch { /* as above */ }
  }

  function exported(key) { // what newsclean check needs: the edit, and the text around it
    const e = edits.get(key);
    const a = e.article && e.article.text !== undefined ? e.article : null;
    const from = a || e;
    const mark = { file: from.file, row: from.row, id: a ? a.id : e.id, site: from.site, lang: from.lang };
    Object.assign(mark, { rule: a ? e.id : e.rule.id, confidence: e.confidence, start: e.start, end: e.end, cut: e.cut, put: e.put });
    return Object.assign(mark, a ? { whole: true, at: 0, text: a.text } : { whole: false, at: e.start - [...e.before].length, text: e.before + e.cut + e.after });
  }

  $("export").addEventListener("click", () => {
    const json = JSON.stringify({ newsclean: data.version, marks: [...marks].map(exported) }, null, 1);
    const link = el("a", { href: URL.createObjectURL(new Blob([json + "\n"], { type: "application/json" })), download: "marks.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  $("unmark").addEventListener("click", () => { marks.clear(); showMarks(); });

  // ---- one edit in a text
  function node(edit, text, style, hits) {
    const span = el("span", { className: `edit ${style}`, tabIndex: 0, role: "button", "data-key": edit.key }, ...solid(text));
    span.setAttribute("aria-pressed", marks.has(edit.key));
    if (hits && hits(edit)) span.classList.add("hit");
    return span;
  }
  function box(key) {
    return el("label", {}, el("input", { type: "checkbox", "data-key": key, checked: marks.has(key) }), "Wrong");
  }

  // ---- an article: rows of paragraphs, original and cleaned
  const BREAK = /((?:\r\n|[\n\r\u2028\u2029])+)/;
  const ENDS = /^(\s*[\n\r\u2028\u2029])?([^]*?)([\n\r\u2028\u2029]\s*)?$/;
  const lines = (text) => (text ? text.match(BREAKS) || [] : []).length;

  function rows(article, hits) {
    const out = [];
    let left = [], right = [], gap = 2, removed = false, edited = false;
    const flush = (breaks) => {
      if (left.length || right.length) {
        const sides = [el("div", { className: "left", dir: "auto" }, ...left), el("div", { className: "right", dir: "auto" }, ...right)];
        if (removed && !right.some((n) => (n.textContent ?? n).trim())) sides[1].classList.add("gone");
        const row = el("div", { className: gap > 1 ? "row" : "row tight" }, ...sides);
        row.near = edited || (query && fold(row.textContent).includes(query));
        out.push(row);
        gap = 0;
      }
      gap += breaks;
      left = []; right = []; removed = edited = false;
    };
    let n = 0;
    for (const part of article.parts) {
      if (typeof part === "string") {
        part.split(BREAK).forEach((piece, i) => {
          if (i % 2) flush(lines(piece));
          else if (piece && (piece.trim() || left.length)) { left.push(...visible(piece)); right.push(...visible(piece)); }
        });
        continue;
      }
      const edit = article.edits[n++];
      const [, before, body, after] = edit.cut.trim() ? edit.cut.match(ENDS) : [, "", edit.cut, ""];
      if (before) flush(lines(before));
      edited = true;
      left.push(node(edit, body, edit.put ? "swap" : "cut", hits));
      if (edit.put) {
        left.push(el("span", { className: "inline" }, " ", node(edit, edit.put, "new", hits)));
        right.push(node(edit, edit.put, "new", hits));
      } else removed = true;
      if (after) flush(lines(after));
    }
    flush(0);
    return $("fold").checked ? folded(out) : out;
  }

  function folded(all) { // what is far from every edit, and from what was searched for, behind a button
    const out = [];
    for (let n = 0; n < all.length;) {
      let end = n;
      while (end < all.length && !all.slice(Math.max(0, end - 1), end + 2).some((row) => row.near)) end++;
      const far = all.slice(n, end);
      if (far.length >= FAR) {
        out.push(el("button", { type: "button", className: "fold", textContent: `${counted(far.length, "paragraph")} without edits`, onclick: (event) => {
          event.target.replaceWith(...far);
          far[0].tabIndex = -1;
          far[0].focus({ preventScroll: true });
        } }));
      } else out.push(...far);
      if (end < all.length) out.push(all[end]);
      n = end + 1;
    }
    return out;
  }

  function built(article, hits) {
    const name = article.title || article.id || (article.row ? `Row ${article.row}` : article.file);
    const net = article.edits.reduce((sum, e) => sum + [...e.put].length - (e.end - e.start), 0);
    const meta = [article.site, article.lang, article.row ? `${article.file} row ${article.row}` : article.file, article.id];
    const size = [...article.text].length;
    meta.push(`${counted(article.edits.length, "edit")}, ${net > 0 ? "+" : net < 0 ? "−" : ""}${Math.abs(net).toLocaleString("en")} of ${counted(size, "character")}`);
    const each = el("details", { className: "each" }, el("summary", { textContent: `${counted(article.edits.length, "edit")}, one by one` }));
    each.fill = () => {
      if (each.querySelector("ol")) return;
      each.append(el("ol", {}, ...article.edits.map((e) => el("li", {}, box(e.key), el("code", { textContent: e.id }), el("bdi", { className: "edit cut", dir: "auto" }, ...solid(short(e.cut))),
        ...(e.put ? [el("bdi", { className: "edit new", dir: "auto" }, ...solid(short(e.put)))] : []), el("span", { className: "dim", textContent: `${e.why || e.rule.reason} (${e.confidence})` })))));
    };
    each.addEventListener("toggle", each.fill);
    const heading = el("h3", { id: `a${article.n}`, dir: "auto" }, ...visible(name));
    return el("article", { "aria-labelledby": heading.id },
      el("header", {}, heading, el("div", { className: "meta" }, ...meta.filter((m) => m && m !== name).map((m) => el("bdi", {}, ...visible(m))))),
      el("div", { className: "rows" }, el("div", { className: "row names" }, el("div", { className: "left", textContent: "Original" }), el("div", { className: "right", textContent: "Cleaned" })), ...rows(article, hits)),
      each);
  }
  const short = (text) => (text.length > 160 ? text.trim().slice(0, 150) + " …" : text.trim() || text);

  function sample(s) {
    const tight = (text) => plain(text).replace(/\n\s*\n/g, "\n");
    const [, lead = "", body, trail = ""] = s.cut.trim() ? s.cut.match(ENDS) : [, "", s.cut, ""];
    const head = (s.start > [...s.before].length ? "… " : "") + tight(s.before + lead).trimStart();
    const run = el("div", { className: "run", dir: "auto" }, el("span", { className: "dim" }, ...visible(head)), node(s, body, s.put ? "swap" : "cut"),
      ...(s.more ? [el("span", { className: "dim", textContent: ` … and ${counted(s.more, "character")} more` })] : []),
      ...(s.put ? [" ", node(s, s.put, "new")] : []), el("span", { className: "dim" }, ...visible(tight(trail + s.after).trimEnd()), s.open ? " …" : ""));
    const meta = el("div", { className: "meta" }, ...(whole(edits.get(s.key)) ? [box(s.key)] : []));
    for (const m of [s.site, s.lang, s.row ? `${s.file} row ${s.row}` : s.file, s.id, s.confidence]) if (m) meta.append(el("bdi", {}, ...visible(m)));
    if (s.article >= 0) meta.append(el("button", { type: "button", textContent: "whole article", onclick: () => go({ article: s.article }) }));
    return el("div", { className: "sample" }, run, meta);
  }

  // ---- filters: they live in the address, so that a view can be kept and the back button works
  const FIELDS = ["q", "rule", "kind", "site", "lang"];
  const address = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  function go(wanted, replace) {
    const hash = "#" + new URLSearchParams(Object.entries(wanted).filter(([, v]) => v !== ""));
    if (replace) { history.replaceState(null, "", hash); show(); } else location.hash = hash;
  }
  const like = (value, wanted, known) => !wanted || value === wanted || (!known.has(wanted) && fold(value).includes(fold(wanted)));
  const ids = new Set(data.rules.map((r) => r.id)), sites = new Set([...data.articles, ...data.samples.flat()].map((x) => x.site));
  const ruleNodes = [...document.querySelectorAll("details.rule")];
  let matching = [], done = 0, hits = null, wholeRules = false, query = "";

  function show() {
    const wanted = address();
    for (const id of FIELDS) if ($(id).value !== (wanted[id] || "")) $(id).value = wanted[id] || "";
    const q = (query = fold(wanted.q || "").trim());
    const { rule = "", kind = "", site = "", lang = "" } = wanted;
    const ruled = (r) => like(r.id, rule, ids) && (!kind || r.kind === kind);
    const from = (x) => like(x.site, site, sites) && (!lang || x.lang === lang);
    hits = rule || kind ? (e) => ruled(e.rule) : null;
    matching = wanted.article !== undefined && data.articles[wanted.article] ? [data.articles[wanted.article]]
      : data.articles.filter((a) => from(a) && (!hits || a.edits.some(hits)) && (!q || a.words.includes(q)));
    const here = new Set(matching.flatMap((a) => a.edits.map((e) => e.rule)));
    const open = data.rules.map((r, n) => ruled(r) && (!q || fold(r.id + " " + r.reason).includes(q) || data.samples[n].some((s) => s.words.includes(q)))
      && ((!site && !lang) || here.has(r) || data.samples[n].some(from)));
    wholeRules = wholeRules && !FIELDS.some((id) => wanted[id]);
    showRules(open);
    $("list").replaceChildren();
    done = 0;
    more();
    const filtered = FIELDS.some((id) => wanted[id]) || wanted.article !== undefined;
    $("found").textContent = filtered ? `${open.filter(Boolean).length} of ${counted(data.rules.length, "rule")}, ${matching.length} of ${counted(data.articles.length, "article")} shown in full` : `${counted(data.rules.length, "rule")}, ${counted(data.articles.length, "article")} shown in full`;
    $("reset").disabled = !filtered;
    if (wanted.article !== undefined) $("articles").scrollIntoView();
  }
  function showRules(open) {
    let left = wholeRules ? Infinity : AT_ONCE;
    const total = open.filter(Boolean).length;
    ruleNodes.forEach((node, n) => { node.hidden = !open[n] || left-- <= 0; });
    $("all-rules").hidden = wholeRules || total <= AT_ONCE;
    $("all-rules").textContent = `Show all ${total} rules`;
    $("all-rules").onclick = () => { wholeRules = true; showRules(open); };
  }
  function more() {
    const next = matching.slice(done, done + AT_ONCE);
    done += next.length;
    $("list").append(...next.map((a) => built(a, hits)));
    if (!matching.length) $("list").append(el("p", { textContent: data.articles.length ? "No article that is shown in full matches." : "No article was changed." }));
    $("more").hidden = done >= matching.length;
    $("more").textContent = `Show ${Math.min(AT_ONCE, matching.length - done)} more of ${matching.length}`;
    reach();
    highlight();
  }
  function highlight() { // what was searched for, without a change of the page
    if (!globalThis.Highlight) return;
    CSS.highlights.delete("found");
    const q = query;
    if (!q) return;
    const found = new Highlight();
    for (const root of document.querySelectorAll(".rows, .run, details.rule > summary code, h3")) {
      const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const text = walk.currentNode.data.toLowerCase();
        if (text.length !== walk.currentNode.data.length) continue;
        for (let at = text.indexOf(q); at >= 0; at = text.indexOf(q, at + q.length)) {
          const range = new Range();
          range.setStart(walk.currentNode, at);
          range.setEnd(walk.currentNode, at + q.length);
          found.add(range);
        }
      }
    }
    CSS.highlights.set("found", found);
  }
  $("more").addEventListener("click", () => {
    const first = $("list").children.length;
    more();
    const heading = $("list").children[first].querySelector("h3");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });

  let typing = 0;
  function filter(event) {
    clearTimeout(typing);
    const wanted = Object.fromEntries(FIELDS.map((id) => [id, $(id).value]));
    typing = setTimeout(() => go(wanted, true), event.type === "input" ? 150 : 0);
  }
  $("bar").addEventListener("input", filter);
  $("bar").addEventListener("change", filter);
  $("bar").addEventListener("submit", (event) => event.preventDefault());
  $("reset").addEventListener("click", (event) => { event.preventDefault(); clearTimeout(typing); go({}, true); });
  $("skip").addEventListener("click", (event) => { event.preventDefault(); $("articles").focus(); $("articles").scrollIntoView(); });
  window.addEventListener("hashchange", show);
  for (const node of ruleNodes) {
    node.addEventListener("toggle", () => {
      if (node.open && !node.querySelector(".samples")) {
        const samples = data.samples[node.dataset.n];
        const all = el("p", { className: "meta" }, el("button", { type: "button", textContent: "articles with this rule", onclick: () => { go({ rule: data.rules[node.dataset.n].id }); $("articles").scrollIntoView(); } }));
        node.append(el("div", { className: "samples" }, all, ...samples.map(sample)));
        highlight();
      }
    });
  }

  // ---- views
  const list = $("articles");
  function reach() { // a rewritten name stands on both sides: one stop of the Tab key is enough
    const view = list.dataset.view;
    for (const node of document.querySelectorAll("article .new")) node.tabIndex = view === "clean" && node.closest(".right") ? 0 : -1;
  }
  $("view").addEventListener("change", (event) => {
    if (event.target.name === "view") { list.dataset.view = event.target.value; reach(); } else show();
  });
  list.dataset.view = document.querySelector("#view :checked").value;

  // ---- the reason of an edit, on hover and on focus; click, Enter or blank marks it
  const tip = $("tip");
  let shown = null, leaving = 0;
  const owner = (target) => (target instanceof Element ? target.closest(".edit[data-key]") : null);
  function showTip(node) {
    clearTimeout(leaving);
    if (node === shown) return;
    hideTip();
    const e = edits.get(node.dataset.key);
    const what = e.put ? `becomes ${short(e.put)}` : "removed";
    tip.replaceChildren(el("code", { textContent: e.article && e.article.text !== undefined ? e.id : e.rule.id }),
      el("span", {}, ...visible(`${e.why || e.rule.reason}`)), el("span", { className: "hint" }, ...visible(`${what}, ${e.confidence}${whole(e) ? `. Click or Enter: ${marks.has(node.dataset.key) ? "not wrong after all" : "mark as wrong"}` : ""}.`)));
    tip.hidden = false;
    const lines = [...node.getClientRects()], first = lines[0], last = lines[lines.length - 1];
    const width = document.documentElement.clientWidth, box = tip.getBoundingClientRect();
    let top = last.bottom + 6; // below the edit; above it where there is no room; over its end where there is none either
    if (top + box.height > innerHeight) top = first.top - box.height - 6;
    if (top < 0) top = Math.min(last.bottom, innerHeight - box.height - 6);
    tip.style.left = `${scrollX + Math.max(8, Math.min(last.left, width - box.width - 8))}px`;
    tip.style.top = `${scrollY + top}px`;
    node.setAttribute("aria-describedby", "tip");
    shown = node;
  }
  function hideTip() {
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }
  document.addEventListener("pointerover", (event) => {
    const node = owner(event.target);
    if (node) showTip(node);
    else if (event.target === tip || tip.contains(event.target)) clearTimeout(leaving);
    else if (shown && shown !== document.activeElement) { clearTimeout(leaving); leaving = setTimeout(hideTip, 150); }
  });
  document.addEventListener("focusin", (event) => { const node = owner(event.target); if (node) showTip(node); else hideTip(); });
  document.addEventListener("focusout", () => hideTip());
  let told = null; // by touch the first tap tells, the second one marks
  document.addEventListener("pointerdown", (event) => { const node = owner(event.target); told = event.pointerType === "touch" && node && node !== shown ? node : null; });
  document.addEventListener("click", (event) => {
    const node = owner(event.target);
    if (!node || node === told || !getSelection().isCollapsed) return;
    toggle(node);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
    const node = owner(event.target);
    if (node && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); toggle(node); }
  });
  function toggle(node) {
    mark(node.dataset.key, !marks.has(node.dataset.key));
    if (shown) { hideTip(); showTip(node); }
  }
  document.addEventListener("change", (event) => { if (event.target.dataset.key) mark(event.target.dataset.key, event.target.checked); });

  addEventListener("beforeprint", () => { for (const node of document.querySelectorAll("details.each")) { node.fill(); node.open = true; } });
  show();
  showMarks();
})();

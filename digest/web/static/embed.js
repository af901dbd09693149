// The form to sign up in an article page. Where something fails, it posts to the sign-up page as the plain form does
// that it replaces.
(async (tag) => {
  const { tags, topic = "", lang = document.documentElement.lang } = tag.dataset;
  const at = (path) => new URL(path, tag.src).href;
  const ask = async (path) => (await fetch(at("api/v1/" + path))).json();
  const make = (name, attributes, ...inside) => {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...inside);
    return made;
  };

  const found = tags ? [tags] : [];
  if (!tags && !topic) {
    for (const meta of document.querySelectorAll("meta"))
      if (/^(article:tag|(news_)?keywords|parsely-tags)$/i.test(meta.getAttribute("property") || meta.name))
        found.push(meta.content);
    for (const script of document.querySelectorAll("script[type='application/ld+json']"))
      try {
        JSON.parse(script.textContent, (key, value) => {
          if (key == "keywords") found.push(...[value].flat().map((word) => word?.name || word));
          return value;
        });
      } catch {}
  }
  const named = found.slice(0, 30).map((text) => String(text).slice(0, 999));
  const query = new URLSearchParams({ lang });
  for (const slug of topic.match(/[^\s,]+/g) || []) query.append("topic", slug);
  for (const name of named) query.append("tags", name);
  const { topics, form: words } = await ask("topics?" + query);
  const offered = topics.filter((each) => each.is_preset);
  if (!offered.length) return;

  const [first, isMore] = offered;
  const email = make("input", { name: "email", type: "email", autocomplete: "email", required: true });
  const button = make("button", {}, words.button);
  const status = make("p", { role: "status", tabindex: -1 });
  const title = isMore ? words.heading : first.heading;
  const form = make("form", { action: at("subscribe?lang=" + words.lang), method: "post", "aria-label": title },
    make("h2", {}, title),
    ...offered.map(({ slug, name, how_often }) => make("label", { class: "topic" },
      make("input", { type: "checkbox", name: "topic", value: slug, checked: true, [isMore ? "class" : "hidden"]: "" }),
      isMore ? make("b", {}, name, " ") : "", make("small", {}, how_often))),
    make("label", { class: "address" }, words.address, email),
    make("input", { class: "trap", name: "website", "aria-hidden": true, tabindex: -1, autocomplete: "off" }),
    make("input", { type: "hidden", name: "from", value: "article" }),
    ...named.map((value) => make("input", { type: "hidden", name: "tags", value })),
    button, status, make("small", {}, words.agreement));

  let opening; // nobody types faster
  const open = () => (opening = Promise.all([ask("form"), new Promise((wake) => setTimeout(wake, 2500))])).catch(() => {});
  const post = async (typed, tries) => {
    const [{ token, challenge }] = await opening;
    const solution = challenge ? await (await import(at("solve.js"))).solve(challenge) : "";
    const answer = await fetch(at("api/v1/subscriptions"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        email: typed.get("email"), website: typed.get("website"), topics: typed.getAll("topic"), tags: named,
        form_token: token, solution, lang: words.lang, page: location.href.split(/[?#]/)[0],
      }),
    });
    if (!tries || ![409, 428].includes(answer.status)) return answer;
    open();
    return post(typed, tries - 1);
  };
  form.addEventListener("focusin", open, { once: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = new FormData(form);
    status.textContent = typed.has("topic") ? words.wait : words.no_topic;
    if (button.disabled || !typed.has("topic")) return;
    button.disabled = true;
    try {
      const answer = await post(typed, 2);
      if (![202, 422, 429].includes(answer.status)) throw answer;
      const { detail, fields } = await answer.json();
      if (answer.ok) form.replaceChildren(form.firstChild, status);
      status.textContent = answer.ok ? words.asked : fields?.email || detail;
      button.disabled = false;
      (answer.ok ? status : email).focus();
    } catch {
      form.submit();
    }
  });

  const sheet = new CSSStyleSheet(); // strict policies bar style elements
  sheet.replaceSync(await (await fetch(at("embed.css"))).text());
  const host = make("div", { lang: words.lang, dir: words.dir });
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(form);
  const plain = tag.previousElementSibling;
  if (plain?.action?.startsWith?.(at("subscribe"))) plain.replaceWith(host);
  else tag.after(host);
})(document.currentScript).catch((error) => console.warn("No form to sign up:", error));

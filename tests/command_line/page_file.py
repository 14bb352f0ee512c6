# SPDX-License-Identifier: Apache-2.0
"""Pages that `abut plan --html` writes: what they may hold, and the data in them."""
import html.parser
import json

VOID = {"meta", "input"}


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.styles, self.tags, self.found = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if len(attributes) != len(attrs):
            self.found.append(f"<{tag}> has an attribute twice")
        self.found += [f"<{tag}> loads {attributes[name]}" for name in ("src", "href", "data") if name in attributes]
        self.found += [f"<{tag}> has {name}" for name in attributes if name.startswith("on")]
        if tag == "script":
            self.scripts.append((attributes.get("type"), ""))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes what is not open")

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            kind, text = self.scripts.pop()
            self.scripts.append((kind, text + data))
        if self.open and self.open[-1] == "style":
            self.styles.append(data)


def findings_of_page(text):
    """What is wrong with a page, whatever model it shows."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    yield from reader.found
    if reader.open:
        yield f"{reader.open} are not closed"
    kinds = [kind for kind, _ in reader.scripts]
    if kinds != ["application/json", None]:
        yield f"scripts {kinds}"
        return
    if "<" in reader.scripts[0][1]:
        yield "the data has a '<'"
    for where in [*reader.styles, reader.scripts[1][1]]:
        yield from (f"it loads something: {word}" for word in ("url(", "@import", "fetch(", "innerHTML", "http:", "https:") if word in where)
    try:
        json.loads(reader.scripts[0][1])
    except ValueError as error:
        yield f"the data is no JSON: {error}"


def data_of(text):
    reader = _Reader()
    reader.feed(text)
    return json.loads(reader.scripts[0][1])


def frame_of(text):
    """The page without what depends on the model."""
    begin = text.index('id="data">')
    title = text.index("<title>")
    return text[:title] + text[text.index("</title>") : begin] + text[text.index("</script>", begin) :]


def findings_of_data(data):
    """Sums that must agree, whatever the model."""
    for plan in data["plans"]:
        totals = plan["totals"]
        for kind, total in (("copy", totals["copied_bytes"]), ("conversion", totals["conversion_bytes"])):
            moved = sum(step["bytes"] for step in plan["steps"] if step.get("moves") == kind)
            if moved != total:
                yield f"{plan['concat']}: steps of kind {kind} move {moved} bytes, not {total}"
        for placement in plan["placements"]:
            root, (begin, end) = plan["roots"][placement["root"]], placement["strip"]
            if not 0 <= begin < end <= 1:
                yield f"{plan['concat']}: {placement} has no place in its root"
            if not root["first_step"] - 1 <= placement["first_step"] <= placement["last_step"] <= root["last_step"]:
                yield f"{plan['concat']}: {placement} does not live in its root's time, {root}"

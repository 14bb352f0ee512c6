# SPDX-License-Identifier: Apache-2.0
"""docs/abut-cache.1 names every command and option of `abut cache` that the program has, and no other."""
import pathlib
import re
import shutil
import subprocess

import program

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "abut-cache.1"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def commands_in_help(text):
    """Names below "Subcommands:"."""
    return re.findall(r"(?m)^  ([a-z]+) ", text[text.index("Subcommands:"):])


def text_of(page):
    """The page without fonts and with plain hyphens."""
    return re.sub(r"\\f[A-Z]", "", page.replace("\\-", "-"))


def commands_in_page(page):
    section = page[page.index(".SH COMMANDS"):page.index(".SH OPTIONS")]
    heads = re.findall(r'(?m)^\.TP\n\.[A-Z]+ (.*)$', section)
    return {head.replace('"', "").split()[0] for head in heads}


def findings_of_page(page, commands, options):
    """What page and program do not agree on."""
    text = text_of(page)
    yield from (f"{command} is not in the page" for command in sorted(commands - commands_in_page(page)))
    yield from (f"{command} is no command" for command in sorted(commands_in_page(page) - commands))
    in_page = set(OPTION.findall(text))
    yield from (f"{option} is not in the page" for option in sorted(options - in_page))
    yield from (f"{option} is no option" for option in sorted(in_page - options))


class Manual(program.CommandLine):
    def help_of(self, *command):
        return self.succeed("cache", *command, "--help", cache="")

    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text(encoding="utf-8")
        self.commands = set(commands_in_help(self.help_of()))
        self.options = set()
        for command in sorted(self.commands):
            parts = [command, "ls"] if command == "quarantine" else [command]
            self.options |= set(OPTION.findall(self.help_of(*parts)))

    def test_the_page_is_of_this_program(self):
        self.assertGreater(len(self.commands), 10)
        self.assertEqual(list(findings_of_page(self.page, self.commands, self.options)), [])
        self.assertIn(self.succeed("--version", cache="").split()[1], self.page)

    def test_the_page_names_every_event(self):
        self.assertIn("breaker", text_of(self.page))
        names = re.search(r"\{(.*?)\}", self.help_of("log")).group(1).split(",")
        self.assertGreater(len(names), 5)
        listed = " ".join(text_of(self.page).split())
        self.assertEqual([name for name in names if name not in listed], [])

    def test_what_lacks_is_found(self):
        """The control."""
        without_prune = self.page.replace(".B prune\nRemove", ".B prone\nRemove")
        self.assertEqual(list(findings_of_page(without_prune, self.commands, self.options)),
                         ["prune is not in the page", "prone is no command"])
        renamed = self.page.replace("\\-\\-dry\\-run", "\\-\\-dry")
        found = list(findings_of_page(renamed, self.commands, self.options))
        self.assertIn("--dry is no option", found)

    def test_it_formats(self):
        tool = shutil.which("groff")
        self.assertIsNotNone(tool, "groff is not here: install Debian's groff-base")
        done = subprocess.run([tool, "-man", "-Tascii", "-ww", "-z", str(PAGE)], capture_output=True, check=True, text=True)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    program.main()

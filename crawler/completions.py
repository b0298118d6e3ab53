"""Scripts by which shells complete ``policytrail``: shtab makes them of the commands' own parsers.

Only of ``policytrail``: ``scrapy`` belongs to every project of a user, and a script for it would offer this one's
commands in all of them. argcomplete would start the program at each press of the key, which takes a second.
"""

import argparse
from collections.abc import Mapping, Sequence

import shtab
from scrapy.commands import ScrapyCommand

from crawler.argument_model import Row
from crawler.program import INSTALLED

SHELLS = ("bash", "zsh", "fish")

_FILES = ("FILE", "PATH")
"""How what takes the path of a file begins, in the words of arguments and options."""
_JOINED = """
# Bash splits words at "=", where an argument is NAME=VALUE: put them together again for what completes them.
_policytrail_joined() {
  local joined=() last=-1 glue=0 cword=0 i
  for i in "${!COMP_WORDS[@]}"; do
    if ((last > 0)) && [[ ${COMP_WORDS[i]} == = || $glue == 1 ]]; then
      glue=0
      [[ ${COMP_WORDS[i]} == = ]] && glue=1
      joined[last]+=${COMP_WORDS[i]}
    else
      last=$((last + 1))
      joined[last]=${COMP_WORDS[i]}
    fi
    ((i == COMP_CWORD)) && cword=$last
  done
  local COMP_WORDS=("${joined[@]}") COMP_CWORD=$cword
  _shtab_policytrail
  local current=${joined[cword]}
  if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}")
  fi
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -o bashdefault -F _policytrail_joined policytrail
"""


def script(shell: str, commands: Mapping[str, ScrapyCommand], spiders: Mapping[str, Sequence[Row]]) -> str:
    """Return the script for one of the `SHELLS`. The commands have their settings; a spider has its arguments."""
    parser = argparse.ArgumentParser(prog=INSTALLED)
    subparsers = parser.add_subparsers()
    for name, command in sorted(commands.items()):
        of_command = subparsers.add_parser(name, conflict_handler="resolve", help=command.short_desc())
        if name == "crawl":
            of_spiders = of_command.add_subparsers()
            for spider, arguments in spiders.items():
                own = of_spiders.add_parser(spider, conflict_handler="resolve", help="a spider")
                _add(own, command, arguments, spider)
        else:
            _add(of_command, command, spiders["policies"] if name == "crawl-cluster" else (), name)
    made = shtab.complete(parser, shell)
    return f"{made}\n{_JOINED}" if shell == "bash" else made


def _add(parser: argparse.ArgumentParser, command: ScrapyCommand, arguments: Sequence[Row], name: str) -> None:
    """Give a parser the options of a command, and say what completes their values."""
    command.add_options(parser)
    for option in parser._actions:
        if isinstance(option.metavar, str) and option.metavar.startswith(_FILES):
            option.complete = shtab.FILE  # type: ignore[attr-defined]  # as shtab has it
        if option.option_strings == ["-a"]:
            known = arguments or [Row(one, "", "", "", "", ()) for one in getattr(command, "takes", ())]
            option.complete = _completing(known, name.replace("-", "_"))  # type: ignore[attr-defined]
    if choices := tuple(getattr(command, "choices", ())):
        parser.add_argument("what", choices=choices, help="what to do")
    parser.add_argument("files", nargs="*", help="a file").complete = shtab.FILE  # type: ignore[attr-defined]


def _completing(arguments: Sequence[Row], name: str) -> dict[str, object]:
    """Return what completes ``-a NAME=VALUE``: for each shell a function, and its text."""
    # Values with spaces need quotes, which each shell treats in a way of its own: their names will do.
    known = {row.name: () if any(" " in value for value in row.values) else row.values for row in arguments}
    names = [f"{name}=" for name, values in known.items() if not values]
    values = [f"{name}={value}" for name, values in known.items() for value in values]
    files = [f"{row.name}=" for row in arguments if row.takes.startswith(_FILES)]
    function = f"_policytrail_given_{name}"
    bash_files = "|".join(f"{one}*" for one in files) or "-"
    bash = f"""{function}() {{
  case $1 in
    {bash_files}) compgen -P "${{1%%=*}}=" -f -- "${{1#*=}}" ;;
    *) compgen -W "{" ".join([*names, *values])}" -- "$1" ;;
  esac
}}"""
    of_files = "".join(f"  if compset -P '{one}'; then _files; return; fi\n" for one in files)
    zsh = f"""{function}() {{
{of_files}  compadd -S '' -- {" ".join(names)}
  compadd -- {" ".join(values)}
}}"""
    fish_files = "".join(
        f"""    case '{one}*'
      for path in (__fish_complete_path (string replace '{one}' '' -- (commandline -ct)))
        echo {one}$path
      end
"""
        for one in files
    )
    fish = f"""function {function}
  switch (commandline -ct)
{fish_files}    case '*'
      printf '%s\\n' {" ".join([*names, *values])}
  end
end"""
    return {
        "bash": function,
        "zsh": function,
        "fish": f"({function})",
        "preamble": {"bash": bash, "zsh": zsh, "fish": fish},
    }

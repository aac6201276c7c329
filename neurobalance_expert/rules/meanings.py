"""What no text of ours may say, whoever writes it: the forbidden meanings, as phrases with a reason and a way out.

They stand in the program and not in ``knowledge/``, so that a knowledge base cannot loosen them. ``phrases`` says how a phrase is written;
``{}`` in an allowed phrase is the forbidden one: where all of it stands, the hit is none. docs/rule-language.md
tells whoever writes rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from neurobalance_expert.rules import phrases


class Allowed(Struct, frozen=True):
    """Where a forbidden phrase may stand after all, and why."""

    phrases: tuple[str, ...]
    why: str


class Meaning(Struct, frozen=True):
    """One thing that is never said. ``grades``: only where the first evidence has one of these grades; empty: everywhere."""

    code: str
    what: str
    phrases: tuple[str, ...]
    why: str
    fix: str
    allowed: tuple[Allowed, ...] = ()
    grades: str = ""


class Hit(Struct, frozen=True):
    """A forbidden meaning in a text: the words as they stand there, and where they begin (characters from 0)."""

    meaning: Meaning
    text: str
    start: int


CLASSES = {
    "DRUG": (
        "medicine medicines medication medications drug drugs prescription prescriptions tablet tablets antidepressant "
        "antidepressants ssri ssris snri snris maoi maois triptan triptans neuroleptic neuroleptics antipsychotic antipsychotics "
        "antiepileptic antiepileptics statin statins levodopa carbidopa benserazide lithium sertraline fluoxetine citalopram "
        "escitalopram paroxetine venlafaxine duloxetine mirtazapine trazodone bupropion phenelzine tranylcypromine moclobemide "
        "selegiline rasagiline linezolid tramadol sumatriptan warfarin methotrexate metformin isoniazid levothyroxine "
        "methylphenidate quetiapine clozapine valproate phenytoin lamotrigine"
    ),
    "BRAIN": (
        "serotonin dopamine noradrenaline norepinephrine adrenaline epinephrine gaba acetylcholine histamine glutamate melatonin "
        "catecholamine catecholamines neurotransmitter neurotransmitters transmitter transmitters"
    ),
}

MEANINGS = (
    Meaning(
        "NB-R100",
        "the text makes a diagnosis",
        (
            "you/he/she/they/person/patient have/has … deficiency/depression/disorder/disease/syndrome/anxiety/burnout/anaemia",
            "you/he/she/they/person/patient is/are … deficient/depressed/anaemic/ill",
            "you have/are … deficient/deficiency/depressed/depression",
            "suffer/suffers/suffering/suffered from",
            "diagnosed with/as",
            "diagnosis is/of",
            "diagnose/diagnoses",
            "shows/indicates/proves/confirms/means/reveals … deficiency/depression/disorder/disease/syndrome",
            "is/are/was/were deficient in",
        ),
        why="a record and a laboratory value do not make a diagnosis; a person who reads one may act on it",
        fix="say what was found and compared ('the value was below its decision limit') and who should look at it",
        allowed=(Allowed(("no/not/never/cannot/nothing/neither/nor … {}",), "the sentence denies it"),),
    ),
    Meaning(
        "NB-R101",
        "the text tells to stop or change a prescribed medicine",
        (
            "stop/stopping/halt/discontinue/discontinuing/quit/quitting/cease/skip/pause/withdraw/taper/halve/double … DRUG",
            "reduce/lower/raise/increase/decrease/cut/change/replace/adjust/swap … your/the/this/that/its DRUG",
            "reduce/lower/raise/increase/decrease/cut/change/halve/double … dose of … DRUG",
            "stop/discontinue/quit/halve/double/skip/reduce/lower/increase your",
            "come/coming off … DRUG/it/them",
            "instead of your/the/a … DRUG",
            "DRUG/it/they should/can/may/must be stopped/discontinued/halved/doubled/reduced/replaced/skipped",
            "stop taking",
        ),
        why="stopping or changing a prescribed medicine can do more harm than what the finding is about",
        fix="write 'ask the prescriber or a pharmacist before anything is changed'",
        allowed=(
            Allowed(("not/never/nor/nobody/without … {}",), "a warning against it"),
            Allowed(("before … {}", "whether … {}"), "a question for whoever prescribed it"),
        ),
    ),
    Meaning(
        "NB-R102",
        "the text gives a dose of a medicine",
        (
            "# mg/g/ug/µg/μg/mcg/ml/iu/milligrams/micrograms of DRUG",
            "# mg/g/ug/µg/μg/mcg/ml/iu/milligrams/micrograms of the/your/this/oral DRUG",
            "# mg/g/ug/µg/μg/mcg/ml/iu/milligrams/micrograms DRUG",
            "DRUG at/of/to/by # mg/g/ug/µg/μg/mcg/ml/iu/milligrams/micrograms",
            "DRUG # mg/g/ug/µg/μg/mcg/ml/iu/milligrams/micrograms",
        ),
        why="doses of medicines belong to the prescriber; a number in a report reads like an instruction",
        fix="name the medicine without an amount",
    ),
    Meaning(
        "NB-R103",
        "the text calls something safe, or free of interactions",
        (
            "no/without/zero … interaction/interactions",
            "free of/from … interactions",
            "interaction/interactions … excluded/impossible",
            "does/do not interact",
            "safe to take/combine/use/continue/stop",
            "is/are/was/were/be … safe",
            "completely/perfectly/absolutely/entirely/totally/proven safe",
            "harmless/risk-free/no-risk",
            "no/without/zero … risk/risks/side-effects/danger",
            "no side effects",
        ),
        why="what is not listed was not looked for; silence read as safety is the worst mistake a report can cause",
        fix="say what was looked at and what was not, or whose limit it is ('below the level of EFSA')",
        allowed=(
            Allowed(("no/not/never/cannot/nor/neither/nobody/nothing … {}",), "the sentence denies it"),
            Allowed(("that {} is listed says nothing", "{} row"), "the sentence says that silence is not safety"),
            Allowed(("whether … {}", "calls/called … {}"), "a question, or a judgement of someone who is named"),
        ),
    ),
    Meaning(
        "NB-R104",
        "the text states a level of a transmitter in a person",
        (
            "BRAIN deficiency/deficit/imbalance/shortage/depletion",
            "deficiency/deficit/shortage/lack of … BRAIN",
            "deficient in BRAIN",
            "chemical imbalance",
            "low/lowered/depleted/insufficient/inadequate brain BRAIN",
            "low/lowered/depleted/insufficient/inadequate BRAIN",
            "your BRAIN",
            "BRAIN level/levels is/are/was/were/rose/fell/rises/falls",
            "BRAIN is/was/are/were low/lower/high/higher/raised/depleted/insufficient",
            "BRAIN rose/fell/increased/decreased/dropped",
        ),
        why="nothing that is entered measures a transmitter in the brain; what is computed is supply, plasma and entry of precursors",
        fix="speak of the precursor: its supply, its plasma level, its entry relative to fasting",
        allowed=(
            Allowed(("not/never/cannot/nothing/nor … {}",), "the sentence denies it"),
            Allowed(("in rats/mice/animals … {}", "{} … in rats/mice/animals"), "the sentence is about animals"),
        ),
    ),
    Meaning(
        "NB-R105",
        "the text promises an effect",
        (
            "cure/cures/curing",
            "is/are/was/were/be/been cured",
            "cured of/by",
            "heal/heals/healed/healing",
            "treats",
            "to treat",
            "treat/treating your/the/this",
            "remedy for",
            "clinically/scientifically/medically proven",
            "guarantee/guarantees/guaranteed",
            "miracle/detox/detoxify",
            "boost/boosts/boosting",
            "will feel/help/improve/cure/prevent",
        ),
        why="no rule here rests on evidence for an outcome in the person who reads it",
        fix="say what was seen, in whom and how sure that is",
        allowed=(
            Allowed(("not/never/cannot/no/nothing … {}",), "the sentence denies it"),
            Allowed(("who/whoever {}", "clinician/doctor/team/centre/clinic … {}"), "a person treats, not a food or a supplement"),
        ),
    ),
    Meaning(
        "NB-R106",
        "the text is surer than its evidence, which is contested (grade D)",
        (
            "cause/causes",
            "prevent/prevents",
            "prove/proves/proven",
            "ensures/ensure",
            "improves/improve",
            "definitely/certainly/undoubtedly/surely/always",
            "increase/increases/raise/raises/lower/lowers/reduce/reduces/deplete/depletes/restore/restores … BRAIN/synthesis",
            "leads/lead to",
            "results/result in",
        ),
        why="a contested claim that reads as a fact is believed as one; the grade beside it is easily overlooked",
        fix="say who claims it and what speaks against it, or what was seen and in whom",
        allowed=(
            Allowed(("not/never/cannot/no/nothing/hardly … {}", "may/might/could {}"), "the sentence denies it, or leaves it open"),
            Allowed(("claim/claims/claimed/hold/holds that … {}", "whether … {}"), "the claim is reported, not made"),
            Allowed(("other/its/the/possible/rare/common/many/further {}",), "the noun: what a clinician looks for"),
        ),
        grades="D",
    ),
)


def find_meanings(text: str, grade: str = "") -> Iterator[Hit]:
    """Every forbidden meaning in a text, in the order of the codes; each place once for a code.

    Args:
        text: What a rule says, a template, or a whole report; markup taken away.
        grade: Grade of the evidence that the text rests on; '' for a text that rests on none, where certainty is not looked for.
    """
    words = phrases.split(text)
    for meaning in MEANINGS:
        if meaning.grades and grade not in meaning.grades.split():
            continue
        found = sorted({place for phrase in meaning.phrases for place in phrases.find(phrase, words, CLASSES)})
        reached = 0
        for first, end in found:
            if first < reached or _is_allowed(meaning, words, first, end):
                continue
            reached = end
            start, stop = words.places[first][0], words.places[end - 1][1]
            yield Hit(meaning, text[start:stop], start)


def _is_allowed(meaning: Meaning, words: phrases.Words, first: int, end: int) -> bool:
    return any(phrases.stands_in(phrase, words, first, end, CLASSES) for allowed in meaning.allowed for phrase in allowed.phrases)

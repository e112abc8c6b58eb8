"""Words of health copy in the languages that readers' pages speak: promises, conditions, and what the copy is about.

Lists for advice: they are short on purpose, since a warning at every second word is read by nobody. They become
patterns when they are first asked for: most processes never ask.
"""

import re
from functools import cache


def words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


@cache
def strong() -> re.Pattern[str]:
    """Promises that are about health wherever they stand."""
    return words(
        r"cures?|cured|clinically proven|fda[- ]approved|miracles?|miraculous|no side[- ]effects",
        r"100\s?% (?:safe|effective)",
        r"heilt|geheilt|klinisch (?:bewiesen|erwiesen)|Wunder(?:mittel|heilung|kur)|ohne Nebenwirkungen",
        r"nebenwirkungsfrei|100\s?% (?:sicher|wirksam)",
        r"guérit|guérir|guérison assurée|cliniquement prouvée?s?|miracles?|miraculeu(?:x|se)|sans effets? secondaires?",
        r"100\s?% (?:sûr|efficace)",
        r"يشفي|يشفى|شفاء تام|علاج نهائي|معجزة|بدون آثار جانبية|بلا آثار جانبية|مثبت سريري(?:ا|ًا|اً)",
    )


@cache
def weak() -> re.Pattern[str]:
    """Promises only in a letter about health: a shop guarantees too, and a bakery treats."""
    return words(
        r"guaranteed?|guarantees|risk[- ]free|reverses?|prevents?|treats?|treating|breakthrough",
        r"garantiert|risikofrei|verhindert|vorbeugt|bekämpft|revolutionär",
        r"garanti(?:e|s|es)?|sans risque|prévient|traite|révolutionnaire",
        r"مضمون|خالٍ من المخاطر|يمنع|يعالج|ثوري",
    )


@cache
def conditions() -> re.Pattern[str]:
    return words(
        r"depress(?:ion|ive)|anxiety|ptsd|bipolar|schizophrenia|autism|adhd|addiction|alcoholism|cancer|tumou?rs?|diabetes",
        r"hiv|aids|hepatitis|herpes|infertility|pregnan(?:t|cy)|menopause|erectile dysfunction|obesity",
        r"dementia|alzheimer(?:’s|'s)?|parkinson(?:’s|'s)?|epilepsy|multiple sclerosis|chronic pain|incontinence",
        r"eating disorders?",
        r"Depression(?:en)?|Angststörung(?:en)?|Schizophrenie|Autismus|ADHS|Sucht|Alkoholismus|Krebs|Unfruchtbarkeit",
        r"schwanger|Schwangerschaft|Wechseljahre|Übergewicht|Essstörung(?:en)?|Demenz|Epilepsie|Inkontinenz",
        r"dépression|anxiété|schizophrénie|autisme|TDAH|dépendance|alcoolisme|diabète|VIH|sida|hépatite|infertilité",
        r"enceinte|grossesse|ménopause|obésité|démence|épilepsie|sclérose en plaques|incontinence",
        r"اكتئاب|الاكتئاب|القلق|فصام|التوحد|الإدمان|السرطان|سرطان|السكري|الإيدز",
        r"التهاب الكبد|العقم|الحمل|سن اليأس|السمنة|الخرف|الصرع",
    )


@cache
def about_health() -> re.Pattern[str]:
    return words(
        r"patients?|doctors?|physicians?|clinics?|clinical|therap(?:y|ies|ist|ists|eutic)|treatments?|symptoms?|medicines?",
        r"medications?|diseases?|illness(?:es)?|disorders?|side[- ]effects?|supplements?|vitamins?|immune|healing|pain",
        r"Patient(?:en|in|innen)?|Ärzt(?:e|in|innen)|Arzt|Klinik|Therapien?|Behandlung(?:en)?|Symptome?|Medikamente?",
        r"Krankheit(?:en)?|Erkrankung(?:en)?|Nebenwirkung(?:en)?|Vitamine?|Schmerz(?:en)?",
        r"médecins?|clinique|thérapies?|traitements?|symptômes?|médicaments?|maladies?",
        r"effets secondaires|vitamines?|douleurs?",
        r"مريض|المرضى|طبيب|الطبيب|عيادة|علاج|العلاج|أعراض|دواء|الدواء|مرض|المرض|ألم|فيتامين",
    )


FEWEST_WORDS = 2


def is_about_health(text: str) -> bool:
    """Whether at least two different words say so."""
    found = {match.group().casefold() for pattern in (about_health(), conditions()) for match in pattern.finditer(text)}
    return len(found) >= FEWEST_WORDS

import json

from emails.preflight.report import Finding, PreflightReport, Severity

BLOCK = Finding("a", Severity.BLOCK, "Block 1, image", "It is open.", "Fill it.")
REASON = Finding("b", Severity.REASON, "Subject", "It is odd.", "Change it.", count=2)
ADVICE = Finding("c", Severity.ADVICE, "Preview line", "It is short.", "Write more.")


def test_advice_alone_passes():
    assert PreflightReport((ADVICE,)).passed
    assert PreflightReport(()).passed


def test_a_reason_passes_only_with_a_written_reason():
    report = PreflightReport((REASON, ADVICE))
    assert not report.passed
    assert not report.overridden("   ").passed
    assert report.overridden("The board asked for it.").passed


def test_no_written_reason_lifts_a_block():
    assert not PreflightReport((BLOCK, REASON)).overridden("Please.").passed


def test_the_json_has_exactly_the_documented_names():
    report = PreflightReport((REASON,))
    assert report.to_json() == {
        "passed": False,
        "checks": [
            {
                "id": "b",
                "severity": "reason",
                "place": "Subject",
                "message": "It is odd.",
                "cure": "Change it.",
                "count": 2,
            }
        ],
    }
    assert json.loads(report.to_text()) == report.to_json()


def test_a_finding_comes_back_from_its_json():
    assert Finding.from_json(REASON.to_json()) == REASON


def test_findings_can_be_asked_for_by_severity():
    report = PreflightReport((ADVICE, BLOCK, REASON))
    assert (report.blocks, report.reasons, report.advice) == ((BLOCK,), (REASON,), (ADVICE,))

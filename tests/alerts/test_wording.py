"""Every sentence that is said or texted stands on the page that shows them."""

from oncall.alerts.wording.catalogue import PROMPTS, VOICEMAIL, WITHIN_OTHERS, Group
from oncall.alerts.wording.staff import SENTENCES


def test_every_sentence_is_in_one_group() -> None:
    shown = [name for names in PROMPTS.values() for name in names]

    assert sorted([*shown, *WITHIN_OTHERS]) == sorted(SENTENCES)
    assert set(PROMPTS[Group.CALLER]) > VOICEMAIL

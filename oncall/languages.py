"""The languages of pages, texts and spoken sentences, and how a language is named."""

import re
from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""The languages that the service speaks and writes, each with its own name for itself."""

FALLBACK_LANGUAGE = "nb"
"""Used where nobody's language is known, or where it is not one of ours."""

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
"""The code of any language: that of a family may be none of ours."""

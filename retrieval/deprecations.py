"""Datasets that were withdrawn or should be used with care, with reason and replacement.

After "A Framework for Deprecating Datasets" (Luccioni et al., 2021, arXiv 2111.04424) and the
NeurIPS list of deprecated datasets. Names are matched whole, in title, aliases and native id.
"""

import re
from dataclasses import dataclass

from .records import Deprecation, Record

_FRAMEWORK = "arXiv:2111.04424"
_NEURIPS = "neurips.cc, deprecated datasets"


@dataclass(frozen=True)
class Notice:
    """A deprecation and the records it speaks of."""

    pattern: re.Pattern[str]
    deprecation: Deprecation


def _notice(
    pattern: str,
    status: str,
    reason: str,
    replacement: str | None = None,
    source: str = _NEURIPS,
) -> Notice:
    return Notice(
        re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE),
        Deprecation.model_validate(
            {"status": status, "reason": reason, "source": source, "replacement": replacement}
        ),
    )


_PEOPLE = "Images of people taken without consent; withdrawn by its makers."

NOTICES: tuple[Notice, ...] = (
    _notice("laion[- ]?5b", "withdrawn", "Links to child sexual abuse material.", "Re-LAION-5B"),
    _notice("laion[- ]?400m", "withdrawn", "Links to child sexual abuse material.", "Re-LAION-5B"),
    _notice(
        "imagenet[- ]?21k",
        "warning",
        "Editions before December 2019 hold offensive labels of people.",
        "ImageNet-21k, winter 2021 edition",
        _FRAMEWORK,
    ),
    _notice(
        "(?:80m[- ]|80 million )?tiny[- ]images",
        "withdrawn",
        "Offensive labels and images.",
        None,
        _FRAMEWORK,
    ),
    _notice("ms[- ]?celeb(?:[- ]?1m)?", "withdrawn", _PEOPLE, None, _FRAMEWORK),
    _notice("dukemtmc(?:[- ]reid)?", "withdrawn", _PEOPLE, None, _FRAMEWORK),
    _notice("brainwash", "withdrawn", _PEOPLE, None, _FRAMEWORK),
    _notice("megaface", "withdrawn", _PEOPLE, None, _FRAMEWORK),
    _notice("hrt[- ]transgender", "withdrawn", _PEOPLE, None, _FRAMEWORK),
    _notice("vgg[-_ ]?face[-_ ]?2", "withdrawn", _PEOPLE),
    _notice("(?:ibm )?diversity in faces", "withdrawn", _PEOPLE),
    _notice("books3", "withdrawn", "Copyrighted books without permission.", "Common Pile"),
    _notice("the pile|the_pile", "warning", "Holds Books3, copyrighted books.", "Common Pile"),
    _notice(
        "redpajama(?:[- ]?v?1|-data-1t(?:-sample)?)?",
        "warning",
        "Its book part comes from Books3.",
        "RedPajama-v2",
    ),
    _notice("book[- ]?corpus", "deprecated", "Books copied against their terms.", "Gutenberg"),
    _notice("amazon_reviews_multi", "withdrawn", "Withdrawn by its publisher."),
    _notice("amazon_us_reviews", "withdrawn", "Withdrawn by its publisher.", "Amazon Reviews 2023"),
    _notice(
        "mass/boston|daag/bostonc|boston[- ]housing|boston house prices",
        "deprecated",
        "One column encodes a racist assumption about house prices; scikit-learn removed it.",
        "California housing or Ames housing",
        "scikit-learn 1.2 release notes",
    ),
    _notice("rapid7 fdns|rapid7 forward dns", "withdrawn", "No longer open to the public."),
    _notice(
        "oxford buildings|oxford5k|paris6k|paris buildings",
        "deprecated",
        "Labels hold errors.",
        "Revisited Oxford and Paris",
    ),
    _notice(
        r"(?:[\w-]+[ _-])?tweet[ _-]?ids?(?:[ _-](?:data(?:set)?|corpus))?",
        "warning",
        "Holds ids of tweets only; the texts of many can no longer be had.",
        None,
        "terms of the Twitter (X) API",
    ),
    _notice("cord[- ]?19", "warning", "Not updated since June 2022."),
    _notice(
        "(?:statlog )?german[-_ ]?credit(?:[-_ ]data)?",
        "warning",
        "Several columns are coded wrongly.",
        "South German Credit",
        "Groemping 2019",
    ),
    _notice("lfw|labeled faces in the wild", "warning", "Not fit for judging face recognition."),
)


def find_deprecation(record: Record) -> Deprecation | None:
    """Return the notice that speaks of this record; None when there is none."""
    names = [record.native, record.title, *record.aliases]
    for notice in NOTICES:
        if any(notice.pattern.search(name) for name in names):
            return notice.deprecation
    return None

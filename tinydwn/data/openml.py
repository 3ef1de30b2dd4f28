"""Public data sets from OpenML, by HTTPS, through a checksummed cache."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tinydwn.data.arff import parse_arff
from tinydwn.errors import DataError
from tinydwn.tools.json_object import parse_json

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from tinydwn.data.cache import Cache
    from tinydwn.data.table import Table

OPENML_URL = "https://www.openml.org"
# Data sets of the low-cost classifier literature, by the number under which OpenML keeps them.
OPENML_IDS = {
    "adult": 1590,
    "australian": 40981,
    "blood-transfusion": 1464,
    "breast-w": 15,
    "christine": 41142,
    "diabetes": 37,
    "higgs": 23512,
    "hls4ml_lhc_jets_hlf": 42468,
    "ionosphere": 59,
    "iris": 61,
    "jasmine": 41143,
    "led24": 40677,
    "led7": 40496,
    "letter": 6,
    "miniboone": 41150,
    "mnist": 554,
    "nomao": 1486,
    "phoneme": 1489,
    "segment": 36,
    "skin-segmentation": 1502,
    "spambase": 44,
    "sylvine": 41146,
    "wdbc": 1510,
    "wine": 187,
}
LARGEST_DOWNLOAD = 2**31
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class OpenML:
    """Where OpenML is and how long to wait for it.

    timeout_s bounds each wait for bytes, deadline_s a whole download.
    """

    cache: Cache
    url: str = OPENML_URL
    timeout_s: float = 30.0
    deadline_s: float = 900.0

    def table(self, number: int, *, name: str) -> tuple[Table, str]:
        """Return data set `number` as a table called `name`, and the name of its class column.

        Columns that OpenML marks as row numbers or to be ignored are left out. The file has to match the
        checksum in its description. DataError where OpenML cannot be reached, has no such data set, or
        answers with something else.
        """
        told = self.cache.get(f"openml-{number}.json", lambda: self._checked_description(number, name))
        description = _description(told, number)
        content = self.cache.get(f"openml-{number}.arff", lambda: self._checked_file(description, name))
        where = f"OpenML's data set {number}"
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{where} is not UTF-8", hint="download and convert it by hand") from error
        table = parse_arff(text, name=name, where=where)
        return table.without(description.ignored), description.target

    def _checked_description(self, number: int, name: str) -> bytes:
        told = self._download(f"{self.url}/api/v1/json/data/{number}", name)
        _description(told, number)  # what is not understood is not kept
        return told

    def _checked_file(self, description: _Description, name: str) -> bytes:
        content = self._download(description.url, name)
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != description.md5:
            raise DataError(
                f"{description.url} has the MD5 {found}, OpenML announced {description.md5}",
                hint="try again; if it stays so, the file on OpenML was changed",
            )
        return content

    def _download(self, url: str, name: str) -> bytes:
        import http.client
        import urllib.error
        import urllib.request

        hint = f"check the network, or set TINYDWN_DATA to a folder that holds {name}.csv.gz"
        parts = urlsplit(url)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != urlsplit(self.url)[:2]:
            raise DataError(f"OpenML refers to {url}, which is no HTTPS address", hint=hint)
        request = urllib.request.Request(url, headers={"User-Agent": "tinydwn"})  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310 - checked above
                return self._body(answer)
        except urllib.error.HTTPError as error:
            error.close()
            raise DataError(f"{url} answered {error.code} {error.reason}", hint=hint) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise DataError(f"{url} cannot be fetched: {reason}", hint=hint) from error

    def _body(self, answer: HTTPResponse) -> bytes:
        end = time.monotonic() + self.deadline_s
        content = bytearray()
        while chunk := answer.read(CHUNK):
            content += chunk
            if time.monotonic() > end:
                raise TimeoutError(f"not done after {self.deadline_s:g} s")
            if len(content) > LARGEST_DOWNLOAD:
                raise ValueError(f"more than {LARGEST_DOWNLOAD} bytes")
        announced = answer.headers.get("Content-Length")
        if announced is not None and len(content) != int(announced):
            raise ValueError(f"{len(content)} of {announced} bytes came")
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _Description:
    url: str
    md5: str
    target: str
    ignored: frozenset[str]


def _description(told: bytes, number: int) -> _Description:
    hint = "check the address of OpenML"
    try:
        fields = parse_json(told)["data_set_description"]
        url, target, md5 = fields["url"], fields["default_target_attribute"], fields["md5_checksum"]
        kind = fields.get("format", "ARFF")
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"the description of OpenML's data set {number} is not understood", hint=hint) from error
    if not all(isinstance(one, str) for one in (url, target, md5)) or str(kind).upper() != "ARFF":
        raise DataError(f"OpenML's data set {number} is no table with one class column in ARFF", hint=hint)
    ignored: set[str] = set()
    for field in ("row_id_attribute", "ignore_attribute"):
        value = fields.get(field) or []
        ignored.update([value, *value.split(",")] if isinstance(value, str) else map(str, value))
    return _Description(url, md5, target, frozenset(ignored))

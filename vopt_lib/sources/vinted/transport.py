"""This is where bytes go out and come in: one request, one answer, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from vopt_lib.errors import CertificateWrong, SettingsError, UnexpectedAnswer, Unreachable
from vopt_lib.sources.vinted.site import host_of
from vopt_lib.words import N_

if TYPE_CHECKING:
    from curl_cffi.requests import Response as CurlResponse
    from curl_cffi.requests.exceptions import RequestException

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 40.0
BODY_LIMIT_MB = 16
"""A catalogue page in HTML is up to 7.2 MB (facts §3.1)."""


@dataclass(frozen=True)
class Request:
    """What is asked. A header of None is left out, where the browser would send one of its own."""

    method: str
    url: str
    headers: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """What came back, decoded from its transfer encoding, as it is: a redirect is an answer like any other."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_complete: bool = True

    def header(self, name: str) -> str:
        """The last header of that name, or an empty string."""
        return next(iter(reversed(self.headers_named(name))), "")

    def headers_named(self, name: str) -> list[str]:
        """Every header of that name, in order: Set-Cookie comes several times."""
        return [value for key, value in self.headers if key.casefold() == name.casefold()]

    @property
    def content_type(self) -> str:
        """The media type, without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().casefold()


class Transport(Protocol):
    """Whoever can carry one request. It does not retry, follow redirects, keep cookies or judge a status."""

    def send(self, request: Request) -> Response:
        """The answer, whatever its status.

        Raises: Unreachable when there is none, CertificateWrong, UnexpectedAnswer when it is too large.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class CurlTransport:
    """Requests over curl, with the TLS handshake and headers of one browser, straight to the host.

    Proxies, cookies and redirects are none of its business; certificates are always verified. libcurl itself knows that
    *.localhost is this machine, whatever the system's resolver says.
    """

    def __init__(
        self, impersonate: str, *, body_limit_mb: float = BODY_LIMIT_MB, timeout_s: float = READ_TIMEOUT_S
    ) -> None:
        from curl_cffi import CurlOpt
        from curl_cffi.requests import Session

        self._impersonate = impersonate
        self._body_limit = int(body_limit_mb * 1_000_000)
        options: dict[Any, Any] = {
            CurlOpt.PROTOCOLS_STR: "http,https",
            # An empty proxy tells libcurl to ignore http_proxy and its kin; trust_env alone does not reach it.
            CurlOpt.PROXY: "",
            CurlOpt.NOPROXY: "*",
            # On a kept connection that dies, libcurl repeats the request by itself: one more, without its pause.
            CurlOpt.FRESH_CONNECT: 1,
            CurlOpt.FORBID_REUSE: 1,
        }
        self._session: Session[CurlResponse] = Session(
            impersonate=impersonate,
            trust_env=False,
            verify=True,
            allow_redirects=False,
            discard_cookies=True,
            curl_options=options,
            timeout=(min(CONNECT_TIMEOUT_S, timeout_s), timeout_s),
        )

    def send(self, request: Request) -> Response:
        """The answer, whatever its status. See `Transport.send`."""
        from curl_cffi.requests.exceptions import ImpersonateError, RequestException

        body = _Body(self._body_limit)
        try:
            answer = self._session.request(
                request.method,  # type: ignore[arg-type]
                request.url,
                headers=dict(request.headers),
                accept_encoding="gzip, deflate, br, zstd",
                quote=False,
                content_callback=body.write,
            )
        except ImpersonateError as error:
            raise self._unknown_browser() from error
        except RequestException as error:
            return self._after(error, request, body)
        return _response(request.url, answer, body)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _after(self, error: RequestException, request: Request, body: _Body) -> Response:
        """What a failed transfer still is: a cut-off answer when its head had arrived, else a named error."""
        from curl_cffi.requests.exceptions import CertificateVerifyError, Timeout

        host = host_of(request.url)
        if body.is_too_large:
            raise UnexpectedAnswer(host=host, why=N_("it is larger than any real answer")) from error
        if isinstance(error, CertificateVerifyError):
            raise CertificateWrong(host=host, why=f"curl {int(error.code)}") from error
        if isinstance(error, Timeout):
            raise Unreachable(host=host, why=N_("no answer in time")) from error
        if error.response is not None and error.response.status_code:
            return _response(request.url, error.response, body, is_complete=False)
        raise Unreachable(host=host, why=N_("no connection")) from error

    def _unknown_browser(self) -> SettingsError:
        return SettingsError(
            name="VOPT_IMPERSONATE",
            value=repr(self._impersonate),
            why=N_("the installed curl-cffi does not know this browser"),
            where="the environment or vopt.toml",
        )


class _Body:
    """The bytes of one answer, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._chunks: list[bytes] = []
        self._left = limit
        self.is_too_large = False

    def write(self, chunk: bytes) -> int:
        """Take a chunk; anything but its length makes curl stop."""
        from curl_cffi.curl import CURL_WRITEFUNC_ERROR

        self._left -= len(chunk)
        if self._left < 0:
            self.is_too_large = True
            return CURL_WRITEFUNC_ERROR
        self._chunks.append(chunk)
        return len(chunk)

    def read(self) -> bytes:
        """All of it."""
        return b"".join(self._chunks)


def _response(url: str, answer: CurlResponse, body: _Body, *, is_complete: bool = True) -> Response:
    headers = tuple((key, value or "") for key, value in answer.headers.multi_items())
    return Response(url, answer.status_code, headers, body.read(), is_complete)

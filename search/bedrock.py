"""Embeddings by Amazon Bedrock: Titan Text Embeddings V2 through aioboto3.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html: one text a
call, {"inputText", "dimensions", "normalize"} → {"embedding": […], "inputTextTokenCount"}.
Credentials, region and endpoint (AWS_ENDPOINT_URL_BEDROCK_RUNTIME) are the SDK's own business.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import uniform
from typing import Any

import numpy as np

from search.embedder import Model, Vectors
from search.errors import SearchUnavailable

LONGEST = 20_000
"""Characters of a text that are sent: below Titan's 50,000, and below its 8,192 tokens for most texts."""
URGENT = 4
"""Calls for queries at a time, beside those of background work."""

# What passes by itself (Bedrock API, InvokeModel, errors). Everything else is for the operator.
PASSING = frozenset({
    "ThrottlingException", "TooManyRequestsException", "ServiceUnavailableException",
    "InternalServerException", "ModelTimeoutException", "ModelNotReadyException", "ServiceUnavailable",
    "InternalFailure",
})  # fmt: skip
REFUSED = frozenset({
    "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidSignatureException",
    "AccessDeniedException", "InvalidClientTokenId", "NoCredentials",
})  # fmt: skip


@dataclass(frozen=True)
class BedrockConfig:
    """`timeout` (seconds) is for one try, `attempts` counts all; `pause` is the first wait's upper bound."""

    model: str = "amazon.titan-embed-text-v2:0"
    dimensions: int = 512
    region: str | None = None
    concurrency: int = 8
    timeout: float = 10.0
    attempts: int = 5
    pause: float = 0.5


class _Passing(Exception):
    """A failure that is worth another try; `args[0]` is a sentence."""


class BedrockModel:
    """An Embedder over the network. A failure is tried again with growing, random pauses, so often and no
    more; then SearchUnavailable says what AWS said."""

    batch = 1

    def __init__(
        self,
        config: BedrockConfig = BedrockConfig(),
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.parallel = config.concurrency
        self.tries = 0
        self._config = config
        self._sleep = sleep
        self._background = asyncio.Semaphore(config.concurrency)
        self._urgent = asyncio.Semaphore(URGENT)
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._client: Any = None

    @property
    def model(self) -> Model:
        """Only Amazon has the file, so there is no fingerprint."""
        return Model(self._config.model, self._config.dimensions)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One call a text, so many at a time; queries do not wait behind background work."""
        limit = self._urgent if urgent else self._background
        rows = await asyncio.gather(*(self._one(text, limit) for text in texts))
        return np.stack(rows) if rows else np.zeros((0, self._config.dimensions), np.float32)

    async def close(self) -> None:
        """Close the connections."""
        self._client = None
        await self._stack.aclose()

    async def _one(self, text: str, limit: asyncio.Semaphore) -> Vectors:
        config = self._config
        client = await self._opened()
        async with limit:
            for attempt in range(1, config.attempts + 1):
                self.tries += 1
                try:
                    return await self._try(client, text)
                except _Passing as error:
                    if attempt == config.attempts:
                        raise SearchUnavailable(f"{error} It was tried {attempt} times.") from error
                await self._sleep(uniform(config.pause / 10, config.pause * 2 ** (attempt - 1)))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _try(self, client: Any, text: str) -> Vectors:
        """One call within its time. Imports botocore late, for the cold start."""
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        body = {"inputText": text[:LONGEST] or " ", "dimensions": self._config.dimensions, "normalize": True}
        try:
            async with asyncio.timeout(self._config.timeout):
                answer = await client.invoke_model(
                    modelId=self._config.model,
                    body=json.dumps(body),
                    contentType="application/json",
                    accept="application/json",
                )
                return self._vector(await answer["body"].read())
        except ClientError as error:
            raise _explained(error.response) from error
        except NoCredentialsError as error:
            raise SearchUnavailable("There are no AWS credentials for Bedrock.") from error
        except TimeoutError as error:
            raise _Passing(f"Bedrock did not answer within {self._config.timeout:g} s.") from error
        except BotoCoreError as error:
            raise _Passing(f"Bedrock cannot be reached ({error}).") from error

    def _vector(self, data: bytes) -> Vectors:
        """The vector of an answer, of length 1. Another size would never fit the stored ones."""
        try:
            vector = np.array(json.loads(data)["embedding"], np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise SearchUnavailable("Bedrock's answer holds no embedding.") from error
        if vector.shape != (self._config.dimensions,):
            raise SearchUnavailable(
                f"Bedrock's embedding has {vector.size} dimensions, {self._config.dimensions} were asked for."
            )
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise SearchUnavailable("Bedrock's embedding is not a vector of numbers.")
        return vector / np.float32(length)

    async def _opened(self) -> Any:
        """The client, made at first use: its data takes 0.3 s to load."""
        import aioboto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        async with self._opening:
            if self._client is None:
                session = aioboto3.Session(region_name=self._config.region)
                settings = Config(
                    retries={"total_max_attempts": 1},
                    connect_timeout=self._config.timeout,
                    read_timeout=self._config.timeout,
                    max_pool_connections=self._config.concurrency + URGENT,
                )
                try:
                    client = session.client("bedrock-runtime", config=settings)
                    self._client = await self._stack.enter_async_context(client)
                except BotoCoreError as error:
                    raise SearchUnavailable(f"Bedrock cannot be used ({error}).") from error
            return self._client


def _explained(response: dict[str, Any]) -> Exception:
    """What passes, what the operator has to mend, and what is unexpected."""
    code = str(response.get("Error", {}).get("Code", ""))
    said = str(response.get("Error", {}).get("Message", "")) or code
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in REFUSED:
        return SearchUnavailable(f"AWS refuses the credentials for Bedrock ({code}: {said}).")
    if code in PASSING or status >= 500 or status == 429:
        return _Passing(f"Bedrock is busy or ill ({code}: {said}).")
    return SearchUnavailable(f"Bedrock refuses the text ({code}: {said}).")

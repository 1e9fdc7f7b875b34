"""Amazon S3 through aioboto3: the one module that knows it.

Credentials, region and endpoint (AWS_ENDPOINT_URL_S3) are the SDK's own business. A part of an upload has
5 MiB at least but for the last one, and there are 10,000 at most
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from wiki_app.errors import NotFound, Unavailable

PART = 16 * 1024 * 1024
"""Bytes that are kept in memory and sent at a time: archives up to 160 GB."""
BLOCK = 1 << 20
SECONDS = 60.0
ATTEMPTS = 5
# A reader without the right to list is told 403 of an object that is not there (S3 API, HeadObject).
_MISSING = frozenset({"404", "NoSuchKey", "NotFound", "403", "AccessDenied", "Forbidden"})


class Bucket:
    """One bucket, while `open_bucket` lasts. All methods raise Unavailable with what S3 said."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    async def get(self, key: str) -> bytes | None:
        """A small object, None where it is not there (or must not be seen)."""
        try:
            answer = await self._client.get_object(Bucket=self.name, Key=key)
            data: bytes = await answer["Body"].read()
        except _client_errors() as error:
            if _code(error) in _MISSING:
                return None
            raise self._told(error) from error
        return data

    async def has(self, key: str) -> bool:
        """Whether the object is there and may be seen."""
        try:
            await self._client.head_object(Bucket=self.name, Key=key)
        except _client_errors() as error:
            if _code(error) in _MISSING:
                return False
            raise self._told(error) from error
        return True

    async def put(self, key: str, data: bytes) -> None:
        """A whole small object."""
        try:
            await self._client.put_object(Bucket=self.name, Key=key, Body=data)
        except _client_errors() as error:
            raise self._told(error) from error

    async def download(self, key: str, target: Path, written: Callable[[int], None] = lambda _: None) -> None:
        """An object into a file, block by block. Raises NotFound."""
        try:
            answer = await self._client.get_object(Bucket=self.name, Key=key)
            with target.open("wb") as file:
                async for block in answer["Body"].iter_chunks(BLOCK):
                    written(file.write(block))
        except _client_errors() as error:
            if _code(error) in _MISSING:
                raise NotFound(
                    f"There is no s3://{self.name}/{key}, or these credentials may not read it."
                ) from error
            raise self._told(error) from error

    @asynccontextmanager
    async def upload(self, key: str) -> AsyncIterator["Upload"]:
        """The object is there when the block ends, and not at all when it raises."""
        upload = Upload(self._client, {"Bucket": self.name, "Key": key})
        try:
            yield upload
            await upload.complete()
        except _client_errors() as error:
            await upload.abort()
            raise self._told(error) from error
        except BaseException:
            await upload.abort()
            raise

    def _told(self, error: Exception) -> Unavailable:
        return Unavailable(f"The bucket {self.name} does not do what it is asked: {error}.")


class Upload:
    """Sends what it gets in parts; a small object in one piece, when it is complete."""

    def __init__(self, client: Any, place: dict[str, str]) -> None:
        self._client = client
        self._place = place
        self._waiting = bytearray()
        self._parts: list[dict[str, object]] = []
        self._id: str | None = None

    async def write(self, data: bytes) -> None:
        """Takes data; returns when no more than one part is kept."""
        self._waiting += data
        while len(self._waiting) >= PART:
            piece = bytes(self._waiting[:PART])
            del self._waiting[:PART]
            await self._send(piece)

    async def complete(self) -> None:
        """Sends the rest; from now on the object is there."""
        if self._id is None:
            await self._client.put_object(**self._place, Body=bytes(self._waiting))
            return
        if self._waiting:
            await self._send(bytes(self._waiting))
        await self._client.complete_multipart_upload(
            **self._place, UploadId=self._id, MultipartUpload={"Parts": self._parts}
        )

    async def abort(self) -> None:
        """Gives up the parts that were sent, which would cost money else."""
        if self._id is not None:
            with suppress(*_client_errors()):
                await self._client.abort_multipart_upload(**self._place, UploadId=self._id)

    async def _send(self, piece: bytes) -> None:
        if self._id is None:
            self._id = (await self._client.create_multipart_upload(**self._place))["UploadId"]
        number = len(self._parts) + 1
        sent = await self._client.upload_part(**self._place, UploadId=self._id, PartNumber=number, Body=piece)
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})


@asynccontextmanager
async def open_bucket(name: str) -> AsyncIterator[Bucket]:
    """Raises Unavailable where the SDK is not installed or finds no credentials or region."""
    # Late: the SDK takes 0.3 s, and only a backup needs it.
    try:
        import aioboto3
        from botocore.config import Config
    except ImportError as error:
        raise Unavailable("Backups to S3 need aioboto3: pip install 'wikibot[aws]'.") from error

    retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
    config = Config(retries=retries, connect_timeout=SECONDS, read_timeout=SECONDS)
    try:
        async with aioboto3.Session().client("s3", config=config) as client:
            yield Bucket(client, name)
    except _client_errors() as error:
        raise Unavailable(f"S3 cannot be used: {error}.") from error


def _client_errors() -> tuple[type[Exception], ...]:
    from botocore.exceptions import BotoCoreError, ClientError  # late, with the SDK

    return (BotoCoreError, ClientError)


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))

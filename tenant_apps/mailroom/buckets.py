"""Mail that Amazon SES puts into a bucket (its action "S3"): the notice says where, the company's own key opens it."""

import json
import re
from collections.abc import Mapping
from typing import Any

SECONDS = 300
# Another server than Amazon's, for tests.
ENDPOINT: str | None = None
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def names_one(notice: Mapping[str, Any]) -> bool:
    """Whether this notice is of a mail that lies in a bucket."""
    try:
        said = json.loads(notice["Message"])
        return "content" not in said and said["receipt"]["action"]["type"] == "S3"
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def address_of(notice: Mapping[str, Any], access_key: str, secret_key: str) -> str:
    """Where the mail of this notice can be fetched for a few minutes, signed with the company's key.

    ValueError or KeyError when it does not say rightly. The bucket has to be in the region of the notice.
    """
    import boto3  # large, and few have such a channel
    from botocore.config import Config

    action = json.loads(notice["Message"])["receipt"]["action"]
    bucket, name, region = str(action["bucketName"]), str(action["objectKey"]), str(notice["TopicArn"]).split(":")[3]
    if not _BUCKET.fullmatch(bucket) or not name or not _REGION.fullmatch(region):
        raise ValueError("Amazon's notice does not name a bucket and what is in it")
    # At the region's own host. A bucket with a dot in its name has none there that a certificate vouches for.
    style = "auto" if ENDPOINT or "." in bucket else "virtual"
    client = boto3.client(
        "s3",
        region_name=region,
        endpoint_url=ENDPOINT,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),
    )
    what = {"Bucket": bucket, "Key": name}
    return str(client.generate_presigned_url("get_object", Params=what, ExpiresIn=SECONDS))

"""This is where every file lives: the only place that joins data/ and models/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vopt_lib.settings import Settings


@dataclass(frozen=True)
class Paths:
    """The places of one vopt instance, all below VOPT_DATA (but for a lake on an object store)."""

    data: Path
    lake_root: str
    storage_options: Mapping[str, str] = field(default_factory=dict, repr=False)
    weights_root: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Paths:
        """The places that these settings name. Nothing is created. Raises: SettingsError (see storage_options)."""
        from vopt_lib.settings import storage_options

        lake = settings.lake or str(settings.data / "lake")
        return cls(settings.data, lake, storage_options(lake), weights_root=settings.clip_weights)

    def table(self, name: str) -> str:
        """Folder (or object-store address) of a lake table."""
        return f"{self.lake_root.rstrip('/')}/{name}"

    def shared(self, name: str) -> str:
        """Address of a small file beside the tables of an object store, for all machines that use them."""
        return f"{self.lake_root.rstrip('/')}/_vopt/{name}.ndjson"

    @property
    def lake_copies(self) -> Path:
        """Files of tables on an object store, as SQL reads them: they can be thrown away."""
        return self.data / "lake_copies"

    @property
    def machine(self) -> Path:
        """By what this machine is told from others that use the same tables."""
        return self.state / "machine.json"

    @property
    def published(self) -> Path:
        """{table: Delta version} that pages, SQL and the snapshot read; of an object store, as this machine saw it."""
        return self.data / "published.json"

    @property
    def snapshots(self) -> Path:
        """Folder of the DuckDB snapshots vopt-<n>.duckdb."""
        return self.data / "snapshots"

    @property
    def warehouse(self) -> Path:
        """Symlink to the newest snapshot."""
        return self.data / "vopt.duckdb"

    @property
    def state(self) -> Path:
        """What the machine must remember."""
        return self.data / "state"

    @property
    def locks(self) -> Path:
        """Lock files of the derived tables and of running work."""
        return self.state / "locks"

    @property
    def journal(self) -> Path:
        """Commits on their way into the lake."""
        return self.state / "journal"

    @property
    def refined(self) -> Path:
        """{table: Delta version} that the derived tables were made from and left at."""
        return self.state / "refined.json"

    @property
    def tidied(self) -> Path:
        """The day of the last maintenance."""
        return self.state / "tidied.json"

    @property
    def quality(self) -> Path:
        """What was checked before each day was published, a file a day."""
        return self.data / "quality"

    @property
    def quality_docs(self) -> Path:
        """Great Expectations' own pages on the newest checks."""
        return self.quality / "docs"

    @property
    def evaluation(self) -> Path:
        """The figures of the last `vopt evaluate market`."""
        return self.state / "evaluation.json"

    @property
    def heavy_lock(self) -> Path:
        """Held while something heavy is done, on a computer that does one such thing at a time."""
        return self.locks / "heavy.lock"

    @property
    def flows(self) -> Path:
        """One file per flow: whether it is under way, and how often it was skipped."""
        return self.state / "flows"

    def flow_lock(self, flow: str) -> Path:
        """Held while this flow runs."""
        return self.locks / f"flow-{flow}.lock"

    @property
    def mail_rests(self) -> Path:
        """Which mailboxes are left alone until when, because they could not be read."""
        return self.state / "mail.json"

    @property
    def runs(self) -> Path:
        """One file per run under way: its progress and where to resume."""
        return self.state / "runs"

    @property
    def alerts_lock(self) -> Path:
        """Held while alerts are sent."""
        return self.locks / "alerts.lock"

    @property
    def watched(self) -> Path:
        """When it was last looked at what lasts."""
        return self.state / "watched.json"

    @property
    def job(self) -> Path:
        """The newest refresh that a page started: how far it is, or how it ended."""
        return self.state / "work.json"

    @property
    def job_lock(self) -> Path:
        """Held while such a refresh runs."""
        return self.locks / "work.lock"

    def collect_lock(self, follow_id: str) -> Path:
        """Held while this follow is collected."""
        return self.locks / f"collect-{follow_id}.lock"

    @property
    def follows(self) -> Path:
        """The followed queries."""
        return self.state / "follows.json"

    @property
    def seller_key(self) -> Path:
        """Key of the seller pseudonyms (0600)."""
        return self.state / "seller.key"

    @property
    def visitors_key(self) -> Path:
        """Key that signs the cookies of browsers (0600)."""
        return self.state / "visitors.key"

    def host_state(self, host: str) -> Path:
        """Folder of what is remembered of one marketplace: session, breaker, budget, robots, consent, cached lists."""
        return self.state / "hosts" / host.replace(":", "_")

    @property
    def shop(self) -> Path:
        """The seller's own shop, where it is SQLite."""
        return self.data / "shop.sqlite"

    @property
    def shop_key(self) -> Path:
        """Keys that lock the passwords of accounts elsewhere (0600)."""
        return self.state / "shop.key"

    @property
    def strangers_key(self) -> Path:
        """Key of the pseudonyms of buyers (0600)."""
        return self.state / "strangers.key"

    @property
    def photos(self) -> Path:
        """Photos of own things, by the hash of their bytes."""
        return self.data / "photos"

    @property
    def thumbnails(self) -> Path:
        """Those photos made small, by hash and size: they can be thrown away."""
        return self.data / "thumbnails"

    @property
    def photo_indexes(self) -> Path:
        """Those of all models, a folder each."""
        return self.data / "photo_index"

    def photo_index(self, model: str) -> Path:
        """Folder of the vectors of one model, ready to be searched: it can be thrown away."""
        return self.photo_indexes / re.sub(r"[^\w-]", "_", model)

    def photo_sentences(self, model: str) -> Path:
        """Folder of the sentences that one model read to compare photos with: it can be thrown away."""
        return self.data / "photo_sentences" / re.sub(r"[^\w-]", "_", model)

    @property
    def weights(self) -> Path:
        """Weights of CLIP models, <architecture>/<weights>.safetensors: they can be fetched again."""
        return self.weights_root or self.data / "weights"

    @property
    def fingerprints(self) -> Path:
        """By what photos are known again that were cut, mirrored or saved anew: it can be thrown away."""
        return self.data / "fingerprints" / "rows.bin"

    @property
    def photo_pairs(self) -> Path:
        """Which own photos are shown by what else, as far as photos were compared: it can be thrown away."""
        return self.data / "fingerprints" / "pairs.json"

    @property
    def market_photos(self) -> Path:
        """Small leading photos of listings, by the hash of their bytes: they can be thrown away."""
        return self.data / "market_photos"

    def photos_asked(self, host: str, market: str) -> Path:
        """What came of each photo of a market that was asked for: its hash, or nothing that can be used."""
        return self.host_state(host) / f"photos-{market}.jsonl"

    @property
    def embed_lock(self) -> Path:
        """Held while photos are described."""
        return self.locks / "embed.lock"

    @property
    def labels(self) -> Path:
        """Labels of parcels (PDF), by the hash of their bytes."""
        return self.data / "labels"

    @property
    def erasing(self) -> Path:
        """Files of somebody who is being erased, until they are gone."""
        return self.state / "erasing.json"

    @property
    def backups(self) -> Path:
        """Archives that `vopt backup` writes, unless it is told where."""
        return self.data / "backups"

    @property
    def models(self) -> Path:
        """Trained models, each <name>/<version>/: beside data/ in the checkout, below VOPT_DATA anywhere else."""
        beside = checkout()
        return beside / "models" if self.data == beside / "data" else self.data / "models"

    @property
    def price_models(self) -> Path:
        """Price models, a folder each, and which of them each market uses."""
        return self.models / "price"

    @property
    def background_models(self) -> Path:
        """Models that tell a thing from its background, as somebody put them there: *.onnx."""
        return self.models / "background"

    @property
    def models_lock(self) -> Path:
        """Held while a model is kept, put to use or removed."""
        return self.locks / "models.lock"

    @property
    def train_lock(self) -> Path:
        """Held while a model learns."""
        return self.locks / "train.lock"

    def price_drift(self, market: str) -> Path:
        """How the price model of a market fared with what came after it, when that was last looked at."""
        return self.state / f"price-drift-{market}.json"

    @property
    def backup_lock(self) -> Path:
        """Held while a backup is written."""
        return self.locks / "backup.lock"

    @property
    def restore_lock(self) -> Path:
        """Held while a backup is put back."""
        return self.locks / "restore.lock"

    @property
    def held(self) -> Path:
        """{table: versions} that a backup under way copies: nobody may remove their files."""
        return self.state / "held.json"

    @property
    def backing_up(self) -> Path:
        """Folder of what a backup under way has copied so far."""
        return self.state / "backing-up"

    @property
    def restoring(self) -> Path:
        """Folder of what a backup holds, until it is in its place."""
        return self.data / ".restore"

    @property
    def restore_plan(self) -> Path:
        """What a restore has decided to put where; while this file is there, it is not done."""
        return self.restoring / "plan.json"

    @property
    def before_restore(self) -> Path:
        """What the last restore replaced."""
        return self.data / "before-restore"

    @property
    def inbox(self) -> Path:
        """Where photos are put, a folder a thing, that become drafts."""
        return self.data / "inbox"

    @property
    def inbox_done(self) -> Path:
        """Folders of the inbox that became drafts."""
        return self.inbox / "done"

    @property
    def inbox_failed(self) -> Path:
        """Folders of the inbox that could not, each with the reason."""
        return self.inbox / "failed"

    @property
    def inbox_begun(self) -> Path:
        """Which folders of the inbox are being turned into drafts."""
        return self.state / "inbox.json"

    @property
    def inbox_lock(self) -> Path:
        """Held while the inbox is emptied."""
        return self.locks / "inbox.lock"

    @property
    def uploads(self) -> Path:
        """Files that somebody dropped on a page, until they are taken in."""
        return self.state / "uploads"

    @property
    def ports(self) -> Path:
        """Ports in use by what vopt started."""
        return self.state / "ports.json"

    @property
    def up(self) -> Path:
        """What `vopt up` keeps running: programs, ports, restarts."""
        return self.state / "up.json"

    @property
    def up_lock(self) -> Path:
        """Held while `vopt up` runs."""
        return self.locks / "up.lock"

    @property
    def prefect_key(self) -> Path:
        """Key that the password of the Prefect server is made from (0600)."""
        return self.state / "prefect.key"

    @property
    def tunnel(self) -> Path:
        """What a Cloudflare tunnel to the pages is told, unless it was written elsewhere."""
        return self.data / "cloudflared.yml"

    @property
    def logs(self) -> Path:
        """Logs of what vopt started."""
        return self.data / "logs"

    @property
    def homes(self) -> Path:
        """Homes and caches of Prefect and other tools, so that none writes elsewhere."""
        return self.data / "homes"

    @property
    def family(self) -> Path:
        """What the demo's made-up people have at home, a folder each: archive, e-mails, a list of costs."""
        return self.data / "family"

    @property
    def demo(self) -> Path:
        """VOPT_DATA of the demo."""
        return self.data / "demo"


def checkout() -> Path:
    """The checkout this vopt runs from: where flows/ and notebooks/ are."""
    return Path(__file__).resolve().parent.parent


def floors_file() -> Path:
    """The pinned quality of models: in models/ of the checkout, beside the code where vopt is installed without one."""
    beside = checkout() / "models" / "floors.json"
    return beside if beside.exists() else Path(__file__).resolve().parent / "pricing" / "floors.json"


def descriptor_file() -> Path:
    """What the built-in descriptor of photos was fitted to: in models/ of the checkout, beside the code without one."""
    beside = checkout() / "models" / "shapes-1.npz"
    return beside if beside.exists() else Path(__file__).resolve().parent / "vision" / "shapes-1.npz"

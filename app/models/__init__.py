"""The nouns: one table a file. Importing this package registers every table, and gives each by its name."""

from app.models.article import Article, ArticleVersion, CampaignTag, Correction, IssueWord, SavedSection, VersionKind
from app.models.article_import import ArticleImport, ArticleImportStatus, FoundArticle, FoundState
from app.models.asset import Asset, MediaItem, PictureFetch, PictureFetchStatus
from app.models.audit_entry import AuditEntry
from app.models.base import Base
from app.models.brand import ApprovalRule, Brand, LogoTone, Tracking
from app.models.campaign import ArchiveMode, Campaign, CampaignList, CampaignStatus, HoldCause, ListUse
from app.models.chunk import Chunk, ChunkState
from app.models.consent import Consent, ConsentAct, ConsentWay
from app.models.departure_plan import DeparturePlan, WaitsFor
from app.models.design import Design
from app.models.domain_pace import DomainPace, MxGroup
from app.models.event import Event, EventKind, Verdict
from app.models.exclusion import Exclusion
from app.models.form import Form, FormList, FormWording, OptIn
from app.models.host_beat import HostBeat
from app.models.import_batch import Existing, ImportBatch, ImportStatus
from app.models.kept_secret import KeptSecret
from app.models.link import Link
from app.models.mailbox import Mailbox
from app.models.mailing_list import MailingList
from app.models.message import Message, MessageStatus, Reason
from app.models.notice import AddressGroup, Notice, NoticeKind, NoticeStatus, NoticeWording
from app.models.preflight import Approval, LetterCheck
from app.models.probe import Probe, ProbeCause, ProbeStatus
from app.models.reader_request import ReaderAct, ReaderRequest
from app.models.segment import CampaignSegment, Segment, SegmentMember
from app.models.sender import Sender, SigningKey
from app.models.sign_in_link import LinkPurpose, SignInLink
from app.models.sign_up import SignUp
from app.models.subscriber import Subscriber
from app.models.subscription import Subscription, SubscriptionStatus
from app.models.suppression import Suppression, SuppressionReason
from app.models.tally import ListTally, Tally
from app.models.transport import Transport, TransportHour, TransportKind, TransportTest
from app.models.user import Role, User
from app.models.variant import Variant
from app.models.warm_up import WarmUp, WarmUpDay

"""Every call of the API: one list, from which the OpenAPI document and its page are made."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from service.answers import (
    AccountAnswer,
    AppealAnswer,
    BlocklistAnswer,
    CaseAnswer,
    CasesAnswer,
    DecisionAnswer,
    JobAnswer,
    NoticeAnswer,
    PostAnswer,
    PostStatusAnswer,
    RemovalAnswer,
    RescanAnswer,
    StandingLinkAnswer,
    StatementsAnswer,
    TargetAnswer,
)
from service.keys import Scope
from service.payloads import (
    AppealPayload,
    CaseDecisionPayload,
    CheckPayload,
    ClaimPayload,
    CounterPayload,
    DecisionPayload,
    MessagePayload,
    NoticePayload,
    PostPayload,
    RescanPayload,
    ReviewerMessagePayload,
    StandingLinkPayload,
    SuitPayload,
)
from web.queries import BlocklistQuery, CasesQuery, StatementsQuery, TargetQuery


class ReadyAnswer(msgspec.Struct, frozen=True):
    """The service can answer: its store does, its rulebooks and its model are loaded."""

    state: Literal["ready"]
    model_version: str
    brands_digest: str
    """Names the brands in use, the platform's own included; it differs where any of them does."""
    rulebook_version: str
    """The newest that was published, in force or not."""


class LiveAnswer(msgspec.Struct, frozen=True):
    """The process runs."""

    state: Literal["live"]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One call."""

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    scope: Scope | None = None
    """``None``: no key is needed."""
    tag: str
    summary: str
    description: str
    body: type | None = None
    stream: bool = False
    """The body and the answer are lines of JSON, one a post."""
    query: type | None = None
    answer: type | None = None
    """``None``: described in ``openapi.py`` by the media type alone."""
    status: int = 200
    problems: tuple[int, ...] = ()
    """Besides those that every call may give."""
    example: dict[str, Any] | None = None
    """A body that is taken, or the query parameters."""


_POST: dict[str, Any] = {
    "post_id": "wt-000123",
    "account_id": "a-778",
    "posted_at": "2026-11-22T08:00:00+08:00",
    "text": "LV包包298元 专柜品质 加V信 lv8888",
    "links": ["https://weidian.com/item.html?itemID=4371293&spm=a1z"],
    "account": {"type": "private", "followers": 5120, "created_at": "2026-10-01T00:00:00Z"},
    "reach": 5120,
}
_WORDS = {"text": "LV包包298元 专柜品质", "links": ["https://weidian.com/item.html?itemID=4371293"]}
_FACTORS = {
    "number": "Six posts in two days, five different items.",
    "proportion": "Six of the nine posts of this account.",
    "gravity": "Handbags; no danger to health.",
    "intent": "The text names the goods as copies.",
}
_NOTICE = {
    "name": "Jeanne Martin",
    "email": "ip@maison.example",
    "brand": "Louis Vuitton",
    "urls": ["https://weidian.com/item.html?itemID=4371293"],
    "grounds": "The shop has no licence, and the price is a fiftieth of ours; the stitching on the photos is not ours.",
    "good_faith": True,
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="submitPost",
        method="POST",
        path="/v1/posts",
        scope="score",
        tag="Posts",
        summary="Score a post, record it and apply the rulebook",
        description=(
            "Answers at once with a verdict for the post and for each link, the reasons in Chinese and English, and "
            "the actions that the rulebook orders. The same `post_id` with the same content gets the first answer "
            "again, with `duplicate: true`; with other content it is 409 unless `revision` is higher than the last. "
            "Links in the text are found too. Send `pages` where you have the landing pages: they help."
        ),
        body=PostPayload,
        answer=PostAnswer,
        problems=(409,),
        example=_POST,
    ),
    Operation(
        name="submitPosts",
        method="POST",
        path="/v1/posts:batch",
        scope="score",
        tag="Posts",
        summary="The same for many posts, streamed",
        description=(
            "One post a line in, one line out for each, in order. A line that cannot be taken gives "
            '`{"line": n, "error": {…}}` in its place, and the lines after it are read all the same; an empty line is '
            "such a line. Posts are settled in chunks of 50. The stream may be of any size; each line may be as large "
            "as a single body."
        ),
        body=PostPayload,
        stream=True,
        answer=PostAnswer,
        example=_POST,
    ),
    Operation(
        name="checkPost",
        method="POST",
        path="/v1/check",
        scope="score",
        tag="Posts",
        summary="May this be posted?",
        description=(
            "The answer that the post would get. Nothing is recorded and nobody is sanctioned, so an honest seller can "
            "ask first. `post_id` and `account_id` may be left out."
        ),
        body=CheckPayload,
        answer=PostAnswer,
        example=_WORDS,
    ),
    Operation(
        name="getPost",
        method="GET",
        path="/v1/posts/{post_id}",
        scope="read",
        tag="Posts",
        summary="What was decided on a post, and what has become of it",
        description="`decided` is the answer as it was given then; everything else is as it stands now.",
        answer=PostStatusAnswer,
        problems=(404,),
    ),
    Operation(
        name="removePost",
        method="DELETE",
        path="/v1/posts/{post_id}",
        scope="score",
        tag="Posts",
        summary="Note that the author removed a post",
        description=(
            "The record keeps the post. The rulebook may count an early removal in the author's favour. Sending it "
            "again changes nothing."
        ),
        answer=RemovalAnswer,
        problems=(404,),
    ),
    Operation(
        name="getAccount",
        method="GET",
        path="/v1/accounts/{account_id}",
        scope="read",
        tag="Accounts",
        summary="Where an account stands",
        description=(
            "Its state, points and when they lapse, and every action, newest first, with its statement of reasons. An "
            "account that was never seen is in good standing. This answer tells the account: actions that it had not "
            "been told of count as delivered from now on."
        ),
        answer=AccountAnswer,
    ),
    Operation(
        name="makeStandingLink",
        method="POST",
        path="/v1/standing-links",
        scope="score",
        tag="Accounts",
        summary="A link to an account's own page, for its holder",
        description=(
            "Show it to the holder of the account alone: whoever has it sees the standing, the statements of reasons "
            "in Chinese and English, and can appeal. It ends after 24 hours; ask for another one whenever it is needed."
        ),
        body=StandingLinkPayload,
        answer=StandingLinkAnswer,
        status=201,
        example={"account_id": "a-778"},
    ),
    Operation(
        name="getTarget",
        method="GET",
        path="/v1/targets",
        scope="read",
        tag="Targets",
        summary="What is known of a target",
        description=(
            "Give exactly one of `target` (its name) and `url` (any link to it, however it is dressed). Posts come in "
            "pages: pass `next` as `after`."
        ),
        query=TargetQuery,
        answer=TargetAnswer,
        problems=(404, 422),
        example={"target": "weidian:item:4371293"},
    ),
    Operation(
        name="decideTarget",
        method="POST",
        path="/v1/decisions",
        scope="moderate",
        tag="Targets",
        summary="A person confirms or clears a target",
        description=(
            "Give exactly one of `target` and `url`. From this answer on, new posts of the target are blocked or "
            "allowed; the job settles or repairs every earlier one."
        ),
        body=DecisionPayload,
        answer=DecisionAnswer,
        status=202,
        example={
            "target": "weidian:item:4371293",
            "decision": "counterfeit",
            "actor": "mia",
            "note": "The shop calls it a copy.",
        },
    ),
    Operation(
        name="getJob",
        method="GET",
        path="/v1/jobs/{job_id}",
        scope="moderate",
        tag="Targets",
        summary="How far a job is",
        description="`total` is null until the posts were counted.",
        answer=JobAnswer,
        problems=(404,),
    ),
    Operation(
        name="orderRescan",
        method="POST",
        path="/v1/rescans",
        scope="moderate",
        tag="Rescans",
        summary="Judge recorded posts again",
        description=(
            "By the model and the brands in use, in the background. It reports how many posts would get which verdict, "
            "and what changed. With `apply`, what is newly suspected goes to people, and what is newly held is hidden "
            "for as long as a hold lasts; nobody gets points, and nothing that people decided is touched. Pages that "
            "came with posts are not kept, so a milder verdict releases nothing."
        ),
        body=RescanPayload,
        answer=RescanAnswer,
        status=202,
        example={"actor": "mia", "since": "2026-10-01T00:00:00Z"},
    ),
    Operation(
        name="getRescan",
        method="GET",
        path="/v1/rescans/{rescan_id}",
        scope="moderate",
        tag="Rescans",
        summary="How far a rescan is, and what it found",
        description="`total` is null until the posts were counted.",
        answer=RescanAnswer,
        problems=(404,),
    ),
    Operation(
        name="cancelRescan",
        method="POST",
        path="/v1/rescans/{rescan_id}/cancel",
        scope="moderate",
        tag="Rescans",
        summary="End a rescan where it is",
        description="What was done stays. One that has ended stays as it is.",
        answer=RescanAnswer,
        problems=(404,),
    ),
    Operation(
        name="listCases",
        method="GET",
        path="/v1/cases",
        scope="moderate",
        tag="Cases",
        summary="The queue of what people must decide",
        description="Fifty at a time; what waiting harms most comes first.",
        query=CasesQuery,
        answer=CasesAnswer,
        problems=(422,),
        example={"kind": "target", "state": "open"},
    ),
    Operation(
        name="getCase",
        method="GET",
        path="/v1/cases/{case_id}",
        scope="moderate",
        tag="Cases",
        summary="One case",
        description="What `body` holds depends on the kind of the case.",
        answer=CaseAnswer,
        problems=(404,),
    ),
    Operation(
        name="claimCase",
        method="POST",
        path="/v1/cases/{case_id}/claim",
        scope="moderate",
        tag="Cases",
        summary="Take a case to work on",
        description=(
            "It stays with `actor` for half an hour, unless the operator set another time. 409 while "
            "somebody else has it."
        ),
        body=ClaimPayload,
        answer=CaseAnswer,
        problems=(404, 409),
        example={"actor": "mia"},
    ),
    Operation(
        name="releaseCase",
        method="POST",
        path="/v1/cases/{case_id}/release",
        scope="moderate",
        tag="Cases",
        summary="Give a case back",
        description="409 while somebody else has it.",
        body=ClaimPayload,
        answer=CaseAnswer,
        problems=(404, 409),
        example={"actor": "mia"},
    ),
    Operation(
        name="decideCase",
        method="POST",
        path="/v1/cases/{case_id}/decide",
        scope="moderate",
        tag="Cases",
        summary="Decide a case",
        description=(
            "A target is `counterfeit` or `genuine`. A sanction is to `impose` or `dismiss`, with the four factors. An "
            "appeal is to `uphold` (the action stands) or `overturn`, a notice to `uphold`, `reject` or find "
            "`unfounded`, both with a note. Overturning clears the targets that the action rests on, or those of them "
            "in `targets`; an empty list takes back this one action alone. "
            "Where the rulebook asks for two people, the first `impose` leaves the case open for another person. With "
            "`version`, the decision is refused (409) where the case was changed since you read it."
        ),
        body=CaseDecisionPayload,
        answer=CaseAnswer,
        problems=(404, 409),
        example={"actor": "mia", "decision": "impose", "note": "Warned twice before.", "factors": _FACTORS},
    ),
    Operation(
        name="addReviewerMessage",
        method="POST",
        path="/v1/cases/{case_id}/messages",
        scope="moderate",
        tag="Appeals",
        summary="The reviewer of an appeal asks or answers",
        description="The platform is told by `appeal.message`. The account never learns the reviewer's name.",
        body=ReviewerMessagePayload,
        answer=AppealAnswer,
        problems=(404, 409),
        example={"actor": "olga", "text": "Please send the purchase receipt."},
    ),
    Operation(
        name="fileAppeal",
        method="POST",
        path="/v1/appeals",
        scope="score",
        tag="Appeals",
        summary="An account disputes an action",
        description=(
            "The window and the deadline are the rulebook's; the window begins when the account was told. Another "
            "person decides. One appeal for an action: the same words again get the same appeal (200), others 409."
        ),
        body=AppealPayload,
        answer=AppealAnswer,
        status=201,
        problems=(409,),
        example={"account_id": "a-778", "action_id": "01JD…", "text": "These are my own second-hand bags."},
    ),
    Operation(
        name="getAppeal",
        method="GET",
        path="/v1/appeals/{appeal_id}",
        scope="score",
        tag="Appeals",
        summary="How an appeal stands",
        description="`state` is `open`, `upheld` (the action stands) or `overturned` (it was taken back).",
        answer=AppealAnswer,
        problems=(404,),
    ),
    Operation(
        name="addAppealMessage",
        method="POST",
        path="/v1/appeals/{appeal_id}/messages",
        scope="score",
        tag="Appeals",
        summary="The account adds something",
        description="Until the appeal is decided; at most 50 messages of both sides together.",
        body=MessagePayload,
        answer=AppealAnswer,
        problems=(404, 409),
        example={"text": "The receipt is from the shop in Chengdu, 2024."},
    ),
    Operation(
        name="fileNotice",
        method="POST",
        path="/v1/notices",
        scope="score",
        tag="Notices",
        summary="A rights holder's notice",
        description=(
            "What article 16 of the Digital Services Act asks for. A person decides; upheld, it confirms its targets "
            "for every post. Who gave three manifestly unfounded notices within 90 days is warned, and the next one "
            "within 90 days begins 30 days of refusal (422 at `/email`)."
        ),
        body=NoticePayload,
        answer=NoticeAnswer,
        status=201,
        example=_NOTICE,
    ),
    Operation(
        name="getNotice",
        method="GET",
        path="/v1/notices/{notice_id}",
        scope="score",
        tag="Notices",
        summary="How a notice stands",
        description="Name and address of the notifier are not repeated.",
        answer=NoticeAnswer,
        problems=(404,),
    ),
    Operation(
        name="counterNotice",
        method="POST",
        path="/v1/notices/{notice_id}/counter",
        scope="score",
        tag="Notices",
        summary="An account declares that it infringes nothing",
        description=(
            "For an account with a post of an upheld target. Forward it to the notifier (`notice.countered`). After 15 "
            "days the links are shown again, unless a complaint or suit was reported (China's E-Commerce Law, art. 43)."
        ),
        body=CounterPayload,
        answer=NoticeAnswer,
        problems=(404, 409),
        example={"account_id": "a-778", "text": "I am an authorised dealer; contract 2025-118."},
    ),
    Operation(
        name="reportSuit",
        method="POST",
        path="/v1/notices/{notice_id}/suit",
        scope="moderate",
        tag="Notices",
        summary="The rights holder complained to an authority or sued",
        description="Ends the 15 days of a counter-declaration: nothing is shown again by itself.",
        body=SuitPayload,
        answer=NoticeAnswer,
        problems=(404, 409),
        example={"actor": "mia", "note": "Suit filed with the court in Hangzhou."},
    ),
    Operation(
        name="listStatements",
        method="GET",
        path="/v1/statements",
        scope="read",
        tag="Statements",
        summary="Statements of reasons, in the order of the record",
        description=(
            "A hundred at a time: pass `next` as `after`. With `format=dsa` each statement has the field names of the "
            "EU's transparency database, so that a page can be sent there as it is; warnings restrict nothing and are "
            "left out of it. `puid` is the statement's id and never given twice."
        ),
        query=StatementsQuery,
        answer=StatementsAnswer,
        problems=(422,),
        example={"since": "2026-11-01T00:00:00Z"},
    ),
    Operation(
        name="getBlocklist",
        method="GET",
        path="/v1/blocklist",
        scope="read",
        tag="Targets",
        summary="Confirmed targets as hash prefixes, to filter a feed without a call per link",
        description=(
            "Each is the first 64 bits of the SHA-256 of a target's name. Without `since` the whole list; with the "
            "version that you hold, what changed: take out `removed`, then put in `added`, and ask again while `more`."
        ),
        query=BlocklistQuery,
        answer=BlocklistAnswer,
        problems=(422,),
        example={"since": "0"},
    ),
    Operation(
        name="getRulebook",
        method="GET",
        path="/v1/rulebook",
        tag="Rulebook",
        summary="The rulebook in force",
        description="Before the first one is in force: the newest that was published. For people: `/rulebook`.",
    ),
    Operation(
        name="getRulebookVersion",
        method="GET",
        path="/v1/rulebook/{version}",
        tag="Rulebook",
        summary="Any published version of the rulebook",
        description="A version is never edited after it was published.",
        problems=(404,),
    ),
    Operation(
        name="isLive",
        method="GET",
        path="/livez",
        tag="Operation",
        summary="Does the process run?",
        description="Asks nothing else.",
        answer=LiveAnswer,
    ),
    Operation(
        name="isReady",
        method="GET",
        path="/readyz",
        tag="Operation",
        summary="Can the service answer?",
        description="503 while the database does not answer.",
        answer=ReadyAnswer,
    ),
)

"""The policy of monitoring (双监控), pure. Read it in this order:

thresholds       levels, and from where a measure reaches them
scopes           for which projects a rule says something else: other thresholds, exemptions (豁免)
rules            what a rule set may say: measures, thresholds by level and scope, the day reports are due
finding          what the rules find on the grounds of a month
judging          `judge`: a month's money beside its results → figures, findings, recommendation
project          what is known of a project in a fiscal year; `evolve`, the fold of its stream
reports          progress reports (绩效运行信息), and the data-collecting unit that vouches for them or disputes them
filled           a report as a person filled it in, on a form or in a workbook: every problem at once, each at its field
chasing          overdue reports chased by working day (催报)
months           a month judged: while it runs, at its close, and after it when something changes
deviations       what a judgement brings: a deviation (偏差) opens or grows graver; dismissed with a reason
recommendations  … and a suspension (暂缓) or a stop (停止) recommended, once
follow_up        … by which days and counts: deadlines, and what keeps a project at a threshold from being told ten times
corrections      corrections (整改) ordered, answered, accepted or sent back, overdue, escalated
withdrawing      … and withdrawn with the dismissal of what they rest on
watch_list       the watch list (重点监控): a project or a unit is put on it and taken off
watching         … and comes to the projects that an entry covers
deriving         a deviation derived again from its own figures
versions         a rule through the versions of its rule sets
trial            the months of a history under a rule set that is proposed
orders           an adjustment urged; suspension, stop and resumption ordered
deadlines        the deadline of an urging, a suspension or a stop has passed
conflicts        the ledger: vouchers that contradict a counted one, decided by a person
gaps             … and numbers of a source that have not come
explained_gaps   … and will not, as a person says on a document
reconciling      … and what came of comparing it with a finance system's statement (对账)
decider          `decide`, which only dispatches; the subject is one project in one year
rounds           the August round and mid-term reviews: opened, filled in, reviewed, proposed, decided (a folder of its own)
events           the private events; `ledger_events` those of the ledger
refusals         what is refused, with its fields
case             rule cases for `jixiao monitor`
"""

from __future__ import annotations

from contracts.evaluation import EvaluationCompleted
from contracts.event import Event
from contracts.goals import AdjustmentRejected, FundsReallocated, GoalAdjusted, GoalApproved, ReallocationRejected
from contracts.monitoring import (
    AdjustmentUrged,
    BudgetChangeProposed,
    CorrectionOrdered,
    DeviationDetected,
    MonthJudged,
    ProgressDisputed,
    ProgressReported,
    ProgressVouched,
    ProjectResumed,
    ProjectStopped,
    ProjectSuspended,
    PutOnWatchList,
    StopRecommended,
    SuspensionRecommended,
    TakenOffWatchList,
)
from contracts.reporting import ProgressSubmitted
from services.monitoring.domain import conflicts, explained_gaps, reconciling, watch_list
from services.monitoring.domain.decider import decide
from services.monitoring.domain.events import (
    CorrectionAccepted,
    CorrectionAnswered,
    CorrectionEscalated,
    CorrectionOverdue,
    CorrectionReturned,
    CorrectionWithdrawn,
    DeadlinePassed,
    DeviationDismissed,
    DeviationExplained,
    DeviationReopened,
    ReportChased,
    WatchBegan,
    WatchEnded,
)
from services.monitoring.domain.ledger_events import ConflictDecided, GapExplained, StatementReconciled
from services.monitoring.domain.project import INITIAL, evolve
from services.monitoring.domain.rounds import decider as part_decider
from services.monitoring.domain.rounds import events as of_rounds
from services.monitoring.domain.rounds import opening, part

EVENTS: tuple[type[Event], ...] = (
    GoalApproved,
    GoalAdjusted,
    AdjustmentRejected,
    FundsReallocated,
    ReallocationRejected,
    EvaluationCompleted,
    ProgressSubmitted,
    ReportChased,
    ProgressReported,
    ProgressVouched,
    ProgressDisputed,
    MonthJudged,
    DeviationDetected,
    DeviationReopened,
    SuspensionRecommended,
    StopRecommended,
    DeviationExplained,
    DeviationDismissed,
    CorrectionOrdered,
    CorrectionAnswered,
    CorrectionReturned,
    CorrectionEscalated,
    CorrectionAccepted,
    CorrectionOverdue,
    CorrectionWithdrawn,
    AdjustmentUrged,
    ProjectSuspended,
    DeadlinePassed,
    ProjectStopped,
    ProjectResumed,
    WatchBegan,
    WatchEnded,
    PutOnWatchList,
    TakenOffWatchList,
    of_rounds.RoundOpened,
    of_rounds.TakenIntoRound,
    of_rounds.RoundPartChased,
    of_rounds.RoundPartFilled,
    of_rounds.RoundPartReturned,
    of_rounds.RoundPartPassed,
    of_rounds.RoundPartDecided,
    BudgetChangeProposed,
    of_rounds.RoundClosed,
    ConflictDecided,
    GapExplained,
    StatementReconciled,
)
"""Every event that can stand in monitoring's event table: heard, own public, private."""

DECIDERS = {
    "project": (INITIAL, evolve, decide),
    "watch": (watch_list.NOT_WATCHED, watch_list.evolve, watch_list.decide),
    "round": (opening.INITIAL, opening.evolve, opening.decide),
    "part": (part.INITIAL, part.evolve, part_decider.decide),
    "conflict": (conflicts.UNDECIDED, conflicts.evolve, conflicts.decide),
    "gap": (explained_gaps.NOTHING_EXPLAINED, explained_gaps.evolve, explained_gaps.decide),
    "reconciliation": (reconciling.NOTHING_RECONCILED, reconciling.evolve, reconciling.decide),
}
"""The subjects of monitoring: a project in a fiscal year, an entry of the watch list, a round, a project's part in rounds (in the
project's stream), a voucher that was contradicted, a numbering with gaps, a source that is reconciled. How each state begins, folds and
decides."""

//! What columns are called.

/// The columns that mean something here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Column {
    Number,
    Name,
    Owner,
    Mode,
    DedicatedQueue,
    NumberAfter,
    Ingress,
    Queue,
    Skills,
    Announce,
    TrialFrom,
    FormalFrom,
    /// The last day of service.
    CancelAfter,
    /// The first day without.
    CancelFrom,
    AfterCancel,
}

impl Column {
    /// The column of a heading.
    pub(super) fn of(heading: &str) -> Option<Self> {
        let exact = HEADINGS.iter().find(|(_, names)| names.contains(&heading)).map(|(column, _)| *column);
        exact.or_else(|| VAGUE.contains(&heading).then_some(Self::CancelAfter))
    }

    /// What it is called where the sheet has none.
    pub(super) fn name(self) -> &'static str {
        HEADINGS
            .iter()
            .find(|(column, _)| *column == self)
            .and_then(|(_, names)| names.first())
            .copied()
            .unwrap_or_default()
    }
}

/// Whether a heading is known to say nothing the plan needs.
pub(super) fn is_passed_over(heading: &str) -> bool {
    PASSED_OVER.contains(&heading)
}

/// Whether a heading of the last day leaves open if that day is still served.
pub(super) fn is_vague(heading: &str) -> bool {
    VAGUE.contains(&heading) || heading == "cancel"
}

/// A heading without what people put around it and, if that makes it known, into it: `热线号码(短号)` → `热线号码`,
/// `Trial from` → `trial_from`, `热线 号码` and `热线⏎号码` → `热线号码`.
pub(super) fn plain(cell: &str) -> String {
    let text = super::sheet::clean(cell);
    let text = text.split(['(', '\u{ff08}']).next().unwrap_or_default().trim();
    let apart =
        text.trim_matches(['"', '*', ':', '\u{ff1a}']).trim().to_lowercase().replace([' ', '-', '\n'], "_");
    let joined = apart.replace('_', "");
    let is_known = |heading: &str| Column::of(heading).is_some() || is_passed_over(heading);
    if !is_known(&apart) && is_known(&joined) { joined } else { apart }
}

/// All of them, for people: the first and what else is read as it.
pub(super) fn heading_words() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    HEADINGS.iter().filter_map(|(column, names)| {
        let (first, rest) = names.split_first()?;
        let vague = if *column == Column::CancelAfter { VAGUE } else { &[] };
        Some((*first, rest.iter().chain(vague).copied().collect()))
    })
}

const PASSED_OVER: &[&str] = &[
    "kind",
    "name_en",
    "seats_after",
    "transfer_targets",
    "illustrative",
    "evidence_status",
    "evidence",
    "序号",
    "编号",
    "备注",
    "说明",
    "英文名称",
];

/// Read as the last day, with a note.
const VAGUE: &[&str] = &[
    "停用",
    "停用日期",
    "停用时间",
    "注销",
    "注销日期",
    "注销时间",
    "取消",
    "取消日期",
    "取消时间",
    "号码停用日期",
    "号码注销日期",
    "号码取消日期",
    "号码停用时间",
    "号码注销时间",
    "号码取消时间",
    "cancelled",
    "canceled",
    "cancel_date",
    "end",
    "end_date",
];

/// The first name is that of dialplan/wuxi/hotlines.csv, or the plan's key.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Number,
        &[
            "number",
            "hotline",
            "hotline_number",
            "phone",
            "号码",
            "热线号码",
            "电话号码",
            "热线",
            "热线电话",
            "电话",
            "短号",
            "短号码",
        ],
    ),
    (Column::Name, &["name_zh", "name", "hotline_name", "名称", "热线名称"]),
    (
        Column::Owner,
        &[
            "owner_zh",
            "owner",
            "department",
            "单位",
            "主管单位",
            "责任单位",
            "牵头单位",
            "主管部门",
            "责任部门",
            "部门",
        ],
    ),
    (
        Column::Mode,
        &[
            "mode",
            "merge_mode",
            "模式",
            "方式",
            "归并方式",
            "归并模式",
            "归并优化方式",
            "并入方式",
            "合并方式",
            "整合方式",
            "优化方式",
            "处理方式",
        ],
    ),
    (
        Column::DedicatedQueue,
        &[
            "dedicated_queue",
            "dedicated",
            "dedicated_seats",
            "own_queue",
            "专席",
            "设专席",
            "是否设专席",
            "是否专席",
            "专家座席",
            "专席队列",
        ],
    ),
    (
        Column::NumberAfter,
        &[
            "number_after",
            "number_kept",
            "号码去留",
            "归并后号码",
            "号码处理",
            "号码处置",
            "号码状态",
            "号码是否保留",
            "是否保留号码",
            "保留号码",
        ],
    ),
    (Column::Ingress, &["ingress", "接入方式"]),
    (Column::Queue, &["queue", "队列"]),
    (Column::Skills, &["skills", "skill", "技能", "技能组"]),
    (Column::Announce, &["announce", "提示音", "提示语", "过渡提示音"]),
    (
        Column::TrialFrom,
        &[
            "trial_from",
            "trial",
            "试运行",
            "试运行时间",
            "试运行日期",
            "试运行开始",
            "试运行开始时间",
            "试运行开始日期",
        ],
    ),
    (
        Column::FormalFrom,
        &[
            "formal_from",
            "formal",
            "正式运行",
            "正式运行时间",
            "正式运行日期",
            "正式运行开始",
            "正式运行开始时间",
            "正式运行开始日期",
        ],
    ),
    (
        Column::CancelAfter,
        &[
            "cancel_after",
            "last_day",
            "last_service_day",
            "最后服务日",
            "最后服务日期",
            "服务截止日期",
            "截止日期",
        ],
    ),
    (Column::CancelFrom, &["cancel", "cancel_from", "cancelled_from", "停用起始日期", "停止服务日期"]),
    (Column::AfterCancel, &["after_cancel", "停用后", "停用后处理", "取消后处理", "注销后处理"]),
];

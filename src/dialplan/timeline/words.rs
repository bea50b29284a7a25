//! The words of a picture, in Chinese and English.

use crate::dialplan::timeline::{Begins, Look};
use crate::event::Phase;

/// A column's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Heading {
    Number,
    Name,
    Owner,
    Fallback,
}

/// The language of a picture. Names are the plan's and stay as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// 中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Chinese, if a text has a Chinese character.
    pub fn of(text: &str) -> Self {
        let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
        if text.chars().any(han) { Self::Chinese } else { Self::English }
    }

    /// Its BCP 47 tag.
    pub(super) fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    pub(super) fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    pub(super) fn look(self, look: Look) -> &'static str {
        match look {
            Look::General => self.pick("综合队列", "general queue"),
            Look::Own => self.pick("专席队列", "own queue"),
            Look::Trunk => self.pick("分中心中继", "sub-center's trunk"),
            Look::Legacy => self.pick("原平台", "old destination"),
            Look::Emergency => self.pick("紧急专线", "emergency line"),
            Look::Intercept => self.pick("停用,播放拦截语音", "cancelled: intercept announcement"),
            Look::Cancelled => self.pick("停用,拒接", "cancelled: refused"),
            Look::Closed => self.pick("非服务时间,拒接", "closed: refused"),
            Look::Told => self.pick("不接转", "not routed"),
            Look::NotOurs => self.pick("未接入", "not ours"),
            Look::Gap => self.pick("缺口:无人接听", "GAP: nobody answers"),
        }
    }

    pub(super) fn phase(self, phase: Option<Phase>) -> &'static str {
        match phase {
            Some(Phase::Legacy) => self.pick("并入前", "legacy"),
            Some(Phase::Trial) => self.pick("试运行", "trial"),
            Some(Phase::Formal) => self.pick("正式", "formal"),
            Some(Phase::Cancelled) => self.pick("停用", "cancelled"),
            None => "",
        }
    }

    pub(super) fn begins(self, begins: Begins) -> &'static str {
        match begins {
            Begins::Trial => self.pick("试运行", "trial"),
            Begins::Formal => self.pick("正式运行", "formal"),
            Begins::Cancelled => self.pick("停用", "cancelled"),
            Begins::Gap => self.pick("缺口", "gap"),
            Begins::Other => self.pick("变更", "change"),
        }
    }

    pub(super) fn heading(self, heading: Heading) -> &'static str {
        match heading {
            Heading::Number => self.pick("号码", "number"),
            Heading::Name => self.pick("名称", "name"),
            Heading::Owner => self.pick("主管部门", "owner"),
            Heading::Fallback => self.pick("备援", "fallback"),
        }
    }

    /// `27 numbers`
    pub(super) fn numbers(self, count: usize) -> String {
        match (self, count) {
            (Self::Chinese, _) => format!("{count}个号码"),
            (Self::English, 1) => "1 number".to_owned(),
            (Self::English, _) => format!("{count} numbers"),
        }
    }
}

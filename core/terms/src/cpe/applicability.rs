//! Applicability statements as NVD writes them: nodes of CPE criteria, joined by AND and
//! OR, negated, with bounds on the version.

/// Statements about one system that are true or false of it as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// How the nodes are joined.
    pub operator: Operator,
    /// Whether the result is turned round.
    pub negate: Negate,
    /// The nodes.
    pub nodes: Vec<Node>,
}

/// One node: criteria, and nodes below it (NVD 1.1 nests them; CVE 5 does not).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// How criteria and nodes are joined.
    pub operator: Operator,
    /// Whether the result is turned round.
    pub negate: Negate,
    /// The criteria.
    pub criteria: Vec<Criterion>,
    /// Nodes below.
    pub nodes: Vec<Node>,
}

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Every part must hold.
    And,
    /// One part must hold.
    Or,
}

/// Whether a result is turned round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negate {
    /// As it is.
    Plain,
    /// Turned round.
    Negated,
}

/// One CPE name with bounds on its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The name as written, a formatted string of CPE 2.3.
    pub criteria: String,
    /// Whether this is the vulnerable part or a platform it runs on.
    pub role: Role,
    /// Bounds on the version attribute.
    pub bounds: Bounds,
}

/// What a criterion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `vulnerable: true`.
    Vulnerable,
    /// `vulnerable: false`: a platform, never affected alone.
    Platform,
}

/// Bounds on a version, as NVD writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// `versionStartIncluding`.
    pub start_including: Option<String>,
    /// `versionStartExcluding`.
    pub start_excluding: Option<String>,
    /// `versionEndIncluding`.
    pub end_including: Option<String>,
    /// `versionEndExcluding`.
    pub end_excluding: Option<String>,
}

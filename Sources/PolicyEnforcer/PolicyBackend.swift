public import ClusterModel
public import NFTables
public import NetworkTypes
public import PolicyPlan

/// Renders what policies allow into a kernel, for one IP family.
///
/// The calls block for as long as the kernel takes, and are made by one caller at a time. After an error the kernel
/// holds what it held before; the next call is then ``replaceAll(with:releasing:)``.
public protocol PolicyBackend: AnyObject, Sendable {
    /// The family whose addresses it takes.
    var family: IPFamily { get }

    /// The numbers that an earlier run gave, as the kernel still has them.
    func hints() throws -> PolicyHints

    /// The addresses that are held until their pods' rules are in.
    func held() throws -> [HeldAddress]

    /// Makes the kernel hold exactly this, whatever it holds now: at start, and after an error.
    ///
    /// What is there as wanted is not touched. Held addresses stay, but for those that are released.
    ///
    /// - Parameters:
    ///   - model: everything.
    ///   - released: addresses that are held no more, unless they are held for another pod by now.
    /// - Returns: what was done.
    /// - Throws: the kernel's refusal; nothing was changed then.
    func replaceAll(with model: PolicyModel, releasing released: [HeldAddress]) throws -> PolicyReport

    /// Takes changes over, in one transaction.
    ///
    /// - Parameters:
    ///   - changes: what differs.
    ///   - model: everything, with the changes.
    ///   - released: addresses that are held no more, unless they are held for another pod by now.
    /// - Returns: what was done.
    /// - Throws: the kernel's refusal; nothing was changed then.
    func apply(
        _ changes: PolicyChanges,
        of model: PolicyModel,
        releasing released: [HeldAddress]
    ) throws -> PolicyReport

    /// Where it writes in nf_tables; nil: nobody can tell who else writes there.
    func watch() throws -> TableWatch?
}

/// An address of a pod that was given out and whose rules are not in yet: nothing but its node reaches it.
public struct HeldAddress: Hashable, Sendable {
    /// The address.
    public let address: IPAddress
    /// The pod, as whoever gave the address out says; nil if it can't be told.
    public let pod: ObjectKey?
    /// What tells the pod from another one of its name; empty if that was not said.
    public let uid: String

    /// Reads the comment that weft-cni gives an element: `namespace/name uid`.
    ///
    /// A comment that was cut off names nobody: the pod's status will.
    public init(_ address: IPAddress, comment: String?) {
        let words = (comment ?? "").split(separator: " ", omittingEmptySubsequences: false)
        let isWhole = (comment ?? "").utf8.count < Self.commentCapacity
        self.address = address
        pod = isWhole ? words.first.flatMap { ObjectKey($0) }.flatMap { $0.namespace.isEmpty ? nil : $0 } : nil
        uid = isWhole && words.count > 1 ? String(words[1]) : ""
    }

    /// The most bytes that a comment of an element keeps.
    private static let commentCapacity = 128
}

/// What a backend did.
public struct PolicyReport: Hashable, Sendable {
    /// How the kernel's content came about.
    public enum Outcome: String, Hashable, Sendable {
        /// It was as wanted: nothing was written.
        case unchanged
        /// What differed was written.
        case changed
        /// It was written anew as a whole.
        case rebuilt
    }

    /// How the kernel's content came about.
    public let outcome: Outcome
    /// How many elements of sets and maps were added or removed.
    public let elementCount: Int
    /// How many operations the transaction had, with each list of elements as one.
    public let operationCount: Int

    /// Makes a report.
    public init(outcome: Outcome, elementCount: Int = 0, operationCount: Int = 0) {
        self.outcome = outcome
        self.elementCount = elementCount
        self.operationCount = operationCount
    }
}

import NFTables
import ServicePlan

/// How a frontend is treated and how many endpoints there are: what frontends have in common that share a chain.
struct ServiceClass: Hashable, Sendable {
    /// What is done to a new connection; the raw values are the major numbers of class ids.
    enum Treatment: UInt16, Hashable, Sendable, CaseIterable {
        /// Led to an endpoint.
        case balance = 1
        /// Masqueraded and led to an endpoint.
        case masquerade = 2
        /// The same, but only clients that are no local pods are masqueraded.
        case masqueradeOutside = 3
        /// External traffic policy Local.
        case externalLocal = 4
        /// Dropped.
        case discard = 5

        /// The first part of the chain's name.
        fileprivate var prefix: String {
            switch self {
            case .balance: ""
            case .masquerade: "masq-"
            case .masqueradeOutside: "masq-outside-"
            case .externalLocal: "external-local-"
            case .discard: "discard"
            }
        }

        init(_ rule: MasqueradeRule) {
            switch rule {
            case .never: self = .balance
            case .unlessLocalPod: self = .masqueradeOutside
            case .always: self = .masquerade
            }
        }
    }

    /// Where the endpoints are.
    enum Shape: Hashable, Sendable {
        /// In the first so many slots.
        case slots(Int)
        /// In a range of numbers: a chain that only one group can use.
        case range(first: UInt32, count: Int)
    }

    var treatment: Treatment
    var shape: Shape
    /// How long clients stay with their endpoint, in seconds.
    var affinitySeconds: Int?
    /// For the cluster's own clients of an external traffic policy Local.
    var isInside = false

    /// The chain that does it.
    ///
    /// The name alone tells what is in the chain, so one that is there already can be kept.
    var chain: String {
        guard treatment != .discard else { return treatment.prefix }
        return treatment.prefix + core.shapeName
    }

    /// The same class without its treatment: the choice of an endpoint.
    var core: ServiceClass {
        ServiceClass(treatment: .balance, shape: shape, affinitySeconds: affinitySeconds, isInside: isInside)
    }

    /// The same class without affinity.
    var forgetful: ServiceClass { ServiceClass(treatment: treatment, shape: shape, isInside: isInside) }

    private var shapeName: String {
        let affinity = affinitySeconds.map { "affinity-\($0)s-" } ?? ""
        return (isInside ? "inside-" : "") + affinity + countName
    }

    /// "n2" or "large-0-n5000".
    var countName: String {
        switch shape {
        case .slots(let count): "n\(count)"
        case .range(let first, let count): "large-\(first &- RangePool.start)-n\(count)"
        }
    }

    /// The number of endpoints.
    var count: Int {
        switch shape {
        case .slots(let count), .range(_, let count): count
        }
    }

    /// Whether there are few classes like it, so that it is kept when nobody uses it: bounded by treatments and slots.
    ///
    /// Others come and go with their Services.
    var isLasting: Bool {
        guard case .slots = shape else { return false }
        return affinitySeconds == nil
    }

    /// The id of a lasting class: treatment and count, as "2:3" in a listing.
    var lastingID: UInt32? {
        guard isLasting, case .slots(let count) = shape else { return nil }
        return UInt32(treatment.rawValue) << 16 | UInt32(truncatingIfNeeded: count)
    }

    /// The major number of the ids of classes that do not last.
    var passingMajor: UInt16 { 0x100 | treatment.rawValue }

    /// The lasting class of an id; nil if the id is none of such a class.
    init?(lastingID id: UInt32, isInside: Bool) {
        guard let treatment = Treatment(rawValue: UInt16(truncatingIfNeeded: id >> 16)) else { return nil }
        let count = Int(id & 0xffff)
        guard count <= EndpointGroup.slotLimit else { return nil }
        self.init(treatment: treatment, shape: .slots(count), isInside: isInside)
    }

    init(treatment: Treatment, shape: Shape, affinitySeconds: Int? = nil, isInside: Bool = false) {
        self.treatment = treatment
        self.shape = shape
        self.affinitySeconds = affinitySeconds
        self.isInside = isInside
    }
}

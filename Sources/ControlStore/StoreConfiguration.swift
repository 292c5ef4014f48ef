import ClusterModel
public import NetworkTypes

/// What the operator and the tests may choose about a store.
public struct StoreConfiguration: Sendable {
    /// The addresses that are given out to Services and Nodes.
    public var ranges: ClusterRanges
    /// How much history is kept in memory, for each resource.
    public var history = WatchCache.Limits()
    /// How many revisions the log on disk reaches back.
    public var loggedRevisions: Revision = 8192
    /// How often a watch that asked for bookmarks gets one.
    public var bookmarkInterval: Duration = .seconds(60)
    /// How long before its end such a watch gets the last one.
    public var bookmarkLead: Duration = .seconds(2)
    /// How long a watch lasts when it doesn't say: a random time in this range of seconds.
    public var watchSeconds: Range<Int> = 1800..<3600
    /// How long a read waits for a revision that is not there yet.
    public var revisionWait: Duration = .seconds(3)
    /// How long Events are kept.
    public var eventLifetime: Duration = .seconds(3600)

    /// Makes a configuration with the usual values.
    public init(ranges: ClusterRanges) {
        self.ranges = ranges
    }
}

/// The addresses of a cluster: one range per address family for Services, and for pods; the family that stands first
/// is the cluster's first one.
public struct ClusterRanges: Hashable, Sendable {
    /// The addresses for Services.
    public let services: [IPPrefix]
    /// The addresses for pods, and how they are cut for Nodes.
    public let pods: [NodeCIDRAllocator.Range]

    /// Reads ranges as they stand on the command line: `10.96.0.0/16` or `10.96.0.0/16,fd00:96::/112`.
    /// - Parameters:
    ///   - services: the addresses for Services.
    ///   - pods: the addresses for pods; the same families. Empty to give out none.
    ///   - nodeMaskIPv4: the prefix length of a Node's part, for IPv4.
    ///   - nodeMaskIPv6: the same for IPv6.
    /// - Throws: ``RangeError``, in a sentence for the operator.
    public init(services: String, pods: String, nodeMaskIPv4: Int = 24, nodeMaskIPv6: Int = 64) throws(RangeError) {
        let serviceRanges = try Self.prefixes(services, "service CIDR")
        let podRanges = pods.isEmpty ? [] : try Self.prefixes(pods, "pod CIDR")
        for range in serviceRanges where range.hostBits > 20 || range.hostBits < 2 {
            let shortest = range.family.bitWidth - 20
            throw RangeError(
                "service CIDR \(range): the prefix length must be \(shortest)...\(range.family.bitWidth - 2)"
            )
        }
        guard podRanges.isEmpty || podRanges.map(\.family) == serviceRanges.map(\.family) else {
            throw RangeError(
                "service CIDR \(services) and pod CIDR \(pods) must have the same families in the same order"
            )
        }
        for pod in podRanges {
            for service in serviceRanges where service.overlaps(pod) {
                throw RangeError("service CIDR \(service) and pod CIDR \(pod) overlap")
            }
        }
        var parts: [NodeCIDRAllocator.Range] = []
        for prefix in podRanges {
            let length = prefix.family == .ipv4 ? nodeMaskIPv4 : nodeMaskIPv6
            guard let part = NodeCIDRAllocator.Range(prefix: prefix, nodeLength: length) else {
                let most = min(prefix.length + 16, prefix.family.bitWidth)
                throw RangeError(
                    "node CIDR mask /\(length) does not fit pod CIDR \(prefix): choose \(prefix.length)...\(most)"
                )
            }
            parts.append(part)
        }
        self.services = serviceRanges
        self.pods = parts
    }

    /// The families, the cluster's first one first.
    public var families: [IPFamily] { services.map(\.family) }

    private static func prefixes(_ text: String, _ what: String) throws(RangeError) -> [IPPrefix] {
        var result: [IPPrefix] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let prefix = IPPrefix(part) else {
                throw RangeError("\(what) \"\(part)\" is no CIDR, as 10.96.0.0/16 or fd00:96::/112")
            }
            guard prefix.isMasked else {
                throw RangeError(
                    "\(what) \(prefix) has bits set beyond its prefix length; did you mean \(prefix.masked)?"
                )
            }
            result.append(prefix)
        }
        guard Set(result.map(\.family)).count == result.count else {
            throw RangeError("\(what) \(text) names an address family twice; give one CIDR, or one per family")
        }
        return result
    }
}

/// Why address ranges can't be used.
public struct RangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in a sentence.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

import NetworkTypes

/// How fast a container may send and receive, with the reference bandwidth plugin's keys.
struct BandwidthConfiguration: Hashable, Sendable {
    /// A rate and how much may go at once.
    struct Limit: Hashable, Sendable {
        /// Bits a second.
        var rate: UInt64
        /// Bits.
        var burst: UInt64

        /// Bytes a second.
        var bytesPerSecond: UInt64 { max(rate / 8, 1) }
        /// Bytes.
        var burstBytes: UInt32 { UInt32(clamping: burst / 8) }

        /// Bytes that may wait: what the rate takes 25 milliseconds for, and the burst.
        var limitBytes: UInt32 {
            UInt32(clamping: bytesPerSecond / 40 + UInt64(burstBytes))
        }
    }

    /// `ingressRate`, `ingressBurst`: to the container.
    var ingress: Limit?
    /// `egressRate`, `egressBurst`: from the container.
    var egress: Limit?

    /// Whose traffic with the container counts.
    enum Peers: Hashable, Sendable {
        /// Everybody's.
        case all
        /// `shapedSubnets`: only theirs.
        case only([IPPrefix])
        /// `unshapedSubnets`: that of all others.
        case allBut([IPPrefix])
    }

    /// Whose traffic counts: what goes to the container by its sender, what comes from it by its destination.
    var peers = Peers.all

    /// Whether nothing is limited.
    var isEmpty: Bool { ingress == nil && egress == nil }

    /// Reads the limits: the runtime's (`runtimeConfig.bandwidth`) in the place of the configuration's.
    ///
    /// The subnets are the configuration's where the runtime names none: Kubernetes' annotations have only rates.
    ///
    /// - Throws: code 6 and 7 for malformed keys.
    init(_ network: KeyReader, section: KeyReader) throws(CNIError) {
        let runtime = try network.reader("runtimeConfig")?.reader("bandwidth")
        let reader = runtime ?? section
        ingress = try Self.limit("ingress", reader)
        egress = try Self.limit("egress", reader)
        peers = try Self.peers(reader)
        if peers == .all, runtime != nil { peers = try Self.peers(section) }
    }

    private static func peers(_ reader: KeyReader) throws(CNIError) -> Peers {
        let shaped = try subnets("shapedSubnets", reader)
        let unshaped = try subnets("unshapedSubnets", reader)
        switch (shaped.isEmpty, unshaped.isEmpty) {
        case (true, true): return .all
        case (false, true): return .only(shaped)
        case (true, false): return .allBut(unshaped)
        case (false, false):
            throw reader.invalid("unshapedSubnets", "it can't be there together with shapedSubnets")
        }
    }

    private static func subnets(_ key: String, _ reader: KeyReader) throws(CNIError) -> [IPPrefix] {
        var subnets: [IPPrefix] = []
        for (index, text) in try reader.strings(key).enumerated() {
            guard let prefix = IPPrefix(text) else {
                throw reader.invalid("\(key)[\(index)]", "\"\(text)\" is no subnet, such as 10.0.0.0/8")
            }
            subnets.append(prefix.masked)
        }
        return subnets
    }

    private static func limit(_ name: String, _ reader: KeyReader) throws(CNIError) -> Limit? {
        let rate = try reader.integer("\(name)Rate") ?? 0
        let burst = try reader.integer("\(name)Burst") ?? 0
        guard rate != 0 || burst != 0 else { return nil }
        guard rate > 0 else { throw reader.invalid("\(name)Rate", "\(rate) is not above 0, although a burst is given") }
        guard burst > 0 else {
            throw reader.invalid("\(name)Burst", "\(burst) is not above 0: a rate needs a burst, in bits")
        }
        // As the reference: the kernel has 32 bits for it.
        guard burst / 8 < Int(UInt32.max) else { throw reader.invalid("\(name)Burst", "\(burst) bits are too many") }
        return Limit(rate: UInt64(rate), burst: UInt64(burst))
    }
}

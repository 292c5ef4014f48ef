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

    /// Whether nothing is limited.
    var isEmpty: Bool { ingress == nil && egress == nil }

    /// Reads the limits: the runtime's (`runtimeConfig.bandwidth`) in the place of the configuration's.
    ///
    /// - Throws: code 2 for keys that can't be met, 6 and 7 for malformed ones.
    init(_ network: KeyReader, section: KeyReader) throws(CNIError) {
        let reader = try network.reader("runtimeConfig")?.reader("bandwidth") ?? section
        ingress = try Self.limit("ingress", reader)
        egress = try Self.limit("egress", reader)
        for key in ["shapedSubnets", "unshapedSubnets"] {
            let subnets = try reader.strings(key)
            guard !subnets.isEmpty else { continue }
            throw reader.unsupported(
                key,
                subnets.joined(separator: ","),
                "weft-cni limits the whole container's traffic"
            )
        }
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

import NetworkTypes
import ServicePlan

/// The private addresses of virtual servers that can't stand on a ClusterIP.
///
/// No packet with such an address leaves the node: the rules lead there, and IPVS leads on. An address follows from its
/// holder's name, so that it is the same after everything was lost; where two names meet, the later one goes to the
/// next free address, and the table in the kernel keeps who has which.
struct VirtualAddressPool: Sendable {
    /// Who may hold an address.
    struct Holder: Hashable, Sendable {
        var identity: ServicePortIdentity
        var scope: EndpointScope
    }

    /// The addresses to choose from, its first and last excepted.
    let range: IPPrefix
    private var addresses: [Holder: IPAddress] = [:]
    private var taken: Set<IPAddress> = []

    init(_ range: IPPrefix) { self.range = range }

    /// The range of a family if none is configured: reserved addresses that no network uses (RFC 1112, section 4), and
    /// unique local ones.
    static func standardRange(_ family: IPFamily) -> IPPrefix {
        let text = family == .ipv4 ? "240.0.0.0/12" : "fd77:6566:74::/96"
        return IPPrefix(text) ?? .all(family)
    }

    /// The address of a holder, which keeps the one that it has; nil when there is none left.
    mutating func take(for holder: Holder) -> IPAddress? {
        if let present = addresses[holder] { return present }
        let count = min(range.count, Self.searchLimit) - 2
        guard count > 0 else { return nil }
        let start = Int(Self.hash(holder) % UInt64(count))
        for step in 0..<count {
            guard let address = range.host(at: 1 + (start + step) % count), !taken.contains(address) else { continue }
            give(address, to: holder)
            return address
        }
        return nil
    }

    /// Gives a holder the address that it had before, unless it is another's by now.
    mutating func reserve(_ address: IPAddress, for holder: Holder) {
        guard range.contains(address), addresses[holder] == nil, !taken.contains(address) else { return }
        give(address, to: holder)
    }

    /// Takes a holder's address back, if it has one.
    mutating func release(_ holder: Holder) {
        if let address = addresses.removeValue(forKey: holder) { taken.remove(address) }
    }

    private mutating func give(_ address: IPAddress, to holder: Holder) {
        addresses[holder] = address
        taken.insert(address)
    }

    /// Of a larger range only so many addresses are used.
    private static let searchLimit = 1 << 20

    /// FNV-1a: the same in every process, unlike Swift's own.
    private static func hash(_ holder: Holder) -> UInt64 {
        let name = "\(holder.identity)/\(holder.identity.transport)/\(holder.scope.rawValue)"
        return name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

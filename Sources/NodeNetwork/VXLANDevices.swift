import LinuxSystem
import Netlink
import NetworkTypes
import NodePlan
import RouteNetlink

/// The VXLAN links of one network namespace: `flannel.1` and `flannel-v6.1`.
struct VXLANDevices: ~Copyable {
    /// What the links of ours have as their alias, so that another mode does not remove a running flannel's.
    static let alias = "weft"

    /// What became of a link.
    struct Result {
        /// As it is now.
        var link: Link
        /// Its link-layer address.
        var mac: MACAddress
        /// The links that it depends on.
        var carrier: UInt32
        /// What was done, one line each.
        var changes: [String]
    }

    /// Why there is no link, as one line that names it.
    struct Obstacle: Error {
        let text: String
    }

    private var connection: RouteConnection
    private let namespace: NetworkNamespace?
    /// The addresses that links had last: for a link that is lost before the Node tells its address.
    private var lastMACs: [IPFamily: MACAddress] = [:]

    /// Works over an open connection to `namespace`; nil for the calling thread's own.
    init(_ connection: consuming RouteConnection, in namespace: NetworkNamespace?) {
        self.connection = connection
        self.namespace = namespace
    }

    /// Makes a link be there as wanted, with its address.
    ///
    /// One that is there is kept, whoever made it, and only what differs is changed; it is made anew only where the
    /// kernel can't change it.
    /// - Throws: an ``Obstacle``, or when the kernel can't be asked.
    mutating func ensure(_ device: VXLANDevice) throws -> Result {
        let (local, carrier) = try self.carrier(of: device)
        let mtu = try Self.mtu(of: device, on: carrier)
        let options = VXLANOptions(
            identifier: VXLANDevice.identifier,
            port: VXLANDevice.port,
            carrier: carrier.index,
            local: local
        )
        var present = try connection.link(named: device.name)
        if let link = present, link.kind != "vxlan" {
            throw Obstacle(
                text: "link \(device.name) is of kind \(link.kind ?? "none"), not vxlan; remove it or rename it"
            )
        }
        let mac =
            device.mac ?? lastMACs[device.family] ?? present?.mac.flatMap { $0 == .zero ? nil : $0 } ?? .random()
        lastMACs[device.family] = mac
        var changes: [String] = []
        if let link = present, let reason = try adapt(link, to: options, &changes) {
            try connection.deleteLink(.index(link.index))
            changes.append("link \(device.name) removed to be made anew: \(reason)")
            present = nil
        }
        if present == nil {
            // Given at creation, the address counts as set by someone, and udev's MACAddressPolicy leaves it alone.
            try connection.createLink(LinkSpec(name: device.name, kind: .vxlan(options), mac: mac, mtu: mtu))
            changes.append("link \(device.name) made")
            present = try connection.link(named: device.name)
        }
        guard let link = present else { throw Obstacle(text: "link \(device.name) was removed as soon as it was made") }
        try settle(link, mac: mac, mtu: mtu, &changes)
        try settleAddress(of: device, link.index, &changes)
        guard let result = try connection.link(index: link.index) else {
            throw Obstacle(text: "link \(device.name) was removed as soon as it was made")
        }
        guard result.mac == mac else {
            throw Obstacle(
                text: "link \(device.name) was given another MAC address than \(mac) as soon as that was set; a"
                    + " systemd .link file with MACAddressPolicy=none for it ends that"
            )
        }
        return Result(link: result, mac: mac, carrier: carrier.index, changes: changes)
    }

    /// Removes a link that is ours; false when there is none.
    ///
    /// With `evenUnmarked`, one that is not marked as ours, but has flannel's form, is taken for ours.
    mutating func remove(_ family: IPFamily, evenUnmarked: Bool) throws(NetlinkError) -> Bool {
        guard let link = try connection.link(named: VXLANDevice.name(family)), let vxlan = link.vxlan,
            link.alias == Self.alias
                || (evenUnmarked && vxlan.identifier == VXLANDevice.identifier && vxlan.port == VXLANDevice.port)
        else { return false }
        return try connection.deleteLink(.index(link.index))
    }

    /// The node's address that a link has, and that link.
    private mutating func carrier(of device: VXLANDevice) throws -> (local: IPAddress, link: Link) {
        let addresses = try connection.addresses(AddressFilter(family: device.family))
        for local in device.localAddresses {
            guard let found = addresses.first(where: { $0.prefix.address == local }) else { continue }
            if let link = try connection.link(index: found.link), link.name != device.name { return (local, link) }
        }
        let wanted = device.localAddresses.map(\.description).joined(separator: " or ")
        throw Obstacle(
            text: wanted.isEmpty
                ? "link \(device.name) can't be made: this node has no \(device.family) address"
                : "link \(device.name) can't be made: this node's address \(wanted) is on none of its links"
        )
    }

    private static func mtu(of device: VXLANDevice, on carrier: Link) throws(Obstacle) -> UInt32 {
        // RFC 8200 and RFC 791; below, the kernel takes the family's addresses from the link.
        let least: UInt32 = device.family == .ipv6 ? 1280 : 68
        guard carrier.mtu >= device.overhead + least else {
            throw Obstacle(
                text: "link \(device.name) can't be made: link \(carrier.name) has MTU \(carrier.mtu), and"
                    + " \(device.family) in VXLAN needs \(device.overhead + least)"
            )
        }
        return carrier.mtu - device.overhead
    }
}

extension VXLANDevices {
    /// Brings the tunnel's own settings up to date.
    ///
    /// - Returns: why the link has to be made anew; nil when it is right now.
    private mutating func adapt(
        _ link: Link,
        to options: VXLANOptions,
        _ changes: inout [String]
    ) throws(NetlinkError) -> String? {
        guard let present = link.vxlan else { return "its settings can't be read" }
        if let reason = present.reasonToReplace(for: options) { return reason }
        guard present.carrier != options.carrier || present.local != options.local || present.learns else { return nil }
        do throws(NetlinkError) {
            try connection.setVXLAN(index: link.index, options)
        } catch {
            guard error.code == .kernel else { throw error }
            return "\(error)"
        }
        changes.append("link \(link.name) now sends from \(options.local.map { "\($0)" } ?? "anywhere")")
        return nil
    }

    /// Brings to a link what every link has: address, MTU, alias, state.
    private mutating func settle(
        _ link: Link,
        mac: MACAddress,
        mtu: UInt32,
        _ changes: inout [String]
    ) throws {
        var change = LinkChange()
        if link.mac != mac {
            change.mac = mac
            changes.append("link \(link.name) has its address \(mac) again")
        }
        if link.mtu != mtu {
            change.mtu = mtu
            changes.append("link \(link.name) has MTU \(mtu)")
        }
        if link.alias != Self.alias { change.alias = Self.alias }
        if change != LinkChange() { try connection.setLink(.index(link.index), change) }
        // Before it is raised: no router's advertisement is to change the host's routes by way of the tunnel.
        if try ensureSysctl("net/ipv6/conf/\(link.name)/accept_ra", "0") {
            changes.append("link \(link.name) takes no router advertisements")
        }
        if !link.isUp {
            try connection.raiseLink(.index(link.index))
            changes.append("link \(link.name) raised")
        }
    }

    /// Gives a link its one address of the family, and takes others, left over from another pod range, away.
    private mutating func settleAddress(
        of device: VXLANDevice,
        _ link: UInt32,
        _ changes: inout [String]
    ) throws(NetlinkError) {
        let present = try connection.addresses(AddressFilter(family: device.family, link: link))
        if !present.contains(where: { $0.prefix == device.address }) {
            let flags: AddressFlags = device.family == .ipv6 ? .noDuplicateDetection : []
            try connection.replaceAddress(AddressSpec(device.address, link: link, flags: flags))
            changes.append("link \(device.name) has address \(device.address)")
        }
        for other in present where other.prefix != device.address && !other.prefix.address.isLinkLocal {
            if try connection.deleteAddress(other.prefix, link: link) {
                changes.append("link \(device.name) no longer has address \(other.prefix)")
            }
        }
    }

    /// A host without IPv6 has no such parameter, and needs none.
    private func ensureSysctl(_ name: String, _ value: String) throws -> Bool {
        do {
            guard let namespace else { return try Sysctl.ensure(name, value) }
            return try withNetworkNamespace(namespace) { try Sysctl.ensure(name, value) }
        } catch let error as LinuxSystemError where error.errno == .noSuchFileOrDirectory {
            return false
        }
    }
}

extension VXLANOptions {
    /// Why a link with these settings can't become one with others; nil when it can, or is the same.
    func reasonToReplace(for wanted: VXLANOptions) -> String? {
        if identifier != wanted.identifier { return "its VNI is \(identifier), not \(wanted.identifier)" }
        if port != wanted.port { return "its port is \(port), not \(wanted.port)" }
        if isExternal { return "its packets are not sent by its own table (external)" }
        if let group { return "packets to unknown addresses go to \(group)" }
        if let local, local.family != wanted.local?.family { return "it is an \(local.family) tunnel" }
        return nil
    }
}

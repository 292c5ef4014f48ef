import JSONTree
import NetworkTypes

/// Settings of the container's interface and namespace, with the reference tuning plugin's keys.
struct TuningConfiguration: Hashable, Sendable {
    /// `sysctl`: names in /proc/sys and values; IFNAME stands for the interface.
    var sysctls: [(name: String, value: String)] = []
    /// `mac`, `mtu`, `promisc`, `txQLen`, `allmulti`.
    var mac: MACAddress?
    var mtu: Int?
    var isPromiscuous: Bool?
    var transmitQueueLength: UInt32?
    var takesAllMulticast: Bool?
    /// `dataDir`: where a link's settings are kept that are given back at the end.
    var dataDirectory = LinkBackup.standardDirectory

    /// Whether the link itself changes.
    var changesLink: Bool {
        mac != nil || mtu != nil || isPromiscuous != nil || transmitQueueLength != nil || takesAllMulticast != nil
    }

    /// Whether there is nothing to do.
    var isEmpty: Bool { sysctls.isEmpty && !changesLink }

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - section: where the plugin's keys are.
    ///   - interface: CNI_IFNAME.
    ///   - mac: what the configuration, the runtime or CNI_ARGS say.
    /// - Throws: code 6 and 7 for malformed keys, and for a sysctl that is not the network's.
    init(_ section: KeyReader, interface: String, mac: MACAddress?) throws(CNIError) {
        self.mac = mac
        mtu = try AttachmentConfiguration.mtu(section)
        if let directory = try section.string("dataDir") { dataDirectory = directory }
        if section.value("promisc") != nil { isPromiscuous = try section.bool("promisc") }
        if section.value("allmulti") != nil { takesAllMulticast = try section.bool("allmulti") }
        if let length = try section.integer("txQLen") {
            guard let length = UInt32(exactly: length) else {
                throw section.invalid("txQLen", "\(length) is not within 0 to \(UInt32.max)")
            }
            transmitQueueLength = length
        }
        guard let settings = try section.reader("sysctl") else { return }
        let allowlist = settings.object.isEmpty ? nil : try SysctlAllowlist.read()
        for (key, value) in settings.object {
            if let allowlist, !allowlist.allows(key) {
                throw settings.invalid(key, "\(SysctlAllowlist.standardPath) does not allow it")
            }
            guard let text = value.stringValue else {
                throw CNIError(.decoding, "\(settings.path)\(key) must be a string, not \(value.kindName)")
            }
            sysctls.append((name: try Self.path(key, interface, settings), value: text))
        }
    }

    /// "net/ipv4/conf/eth0/arp_notify" of "net.ipv4.conf.IFNAME.arp_notify"; below net only, which is the container's own.
    private static func path(_ key: String, _ interface: String, _ reader: KeyReader) throws(CNIError) -> String {
        let separator = key.first { $0 == "." || $0 == "/" } ?? "."
        let other: Character = separator == "." ? "/" : "."
        let parts = key.split(separator: separator, omittingEmptySubsequences: false).map { part in
            part == "IFNAME" ? interface : String(part.map { $0 == other ? "." : $0 })
        }
        guard parts.count > 1, parts[0] == "net" else {
            throw reader.invalid(key, "only parameters below net are the container's own")
        }
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            throw reader.invalid(key, "it is no name of a parameter")
        }
        return parts.joined(separator: "/")
    }

    /// Whether both say the same.
    static func == (left: TuningConfiguration, right: TuningConfiguration) -> Bool {
        left.sysctls.elementsEqual(right.sysctls) { $0 == $1 } && left.mac == right.mac && left.mtu == right.mtu
            && left.isPromiscuous == right.isPromiscuous && left.transmitQueueLength == right.transmitQueueLength
            && left.dataDirectory == right.dataDirectory
            && left.takesAllMulticast == right.takesAllMulticast
    }

    /// Hashes what tells most apart.
    func hash(into hasher: inout Hasher) {
        for setting in sysctls {
            hasher.combine(setting.name)
            hasher.combine(setting.value)
        }
        hasher.combine(mac)
        hasher.combine(mtu)
    }
}

/// What the kernel says about its IPVS.
public struct IPVSInfo: Hashable, Sendable {
    /// The version as one number: 0x10201 for 1.2.1.
    public var versionCode: UInt32
    /// Buckets of the table of connections (the module's parameter `conn_tab_bits` as a power of two).
    public var connectionTableSize: UInt32

    /// Makes an info of its parts.
    public init(versionCode: UInt32, connectionTableSize: UInt32) {
        self.versionCode = versionCode
        self.connectionTableSize = connectionTableSize
    }

    /// The version as text: "1.2.1".
    public var version: String { "\(versionCode >> 16 & 0xff).\(versionCode >> 8 & 0xff).\(versionCode & 0xff)" }
}

/// How long the connections of a network namespace live without packets, in seconds.
public struct IPVSTimeouts: Hashable, Sendable {
    /// Established TCP connections; the kernel's default is 900.
    public var tcp: UInt32
    /// TCP connections after a FIN; the kernel's default is 120.
    public var tcpFin: UInt32
    /// UDP; the kernel's default is 300.
    public var udp: UInt32

    /// Makes timeouts in seconds; where they are set, 0 leaves one as it is.
    public init(tcp: UInt32, tcpFin: UInt32, udp: UInt32) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
    }
}

import Glibc
import LinuxSystem

extension NetlinkSocket {
    func setOption(_ option: NetlinkOption, _ value: Int32) throws(NetlinkError) {
        switch transport {
        case .function: break
        case .kernel(let descriptor):
            // SOL_NETLINK
            try SocketCalls.setOption(descriptor, level: 270, option.rawValue, value, name: option.name)
        }
    }

    /// Joins a multicast group, whose notifications ``receive(until:)`` then returns.
    ///
    /// - Parameter group: the group's number (`RTNLGRP_LINK` is 1, `NFNLGRP_NFTABLES` 7), not its bit.
    /// - Throws: `.system`: EPERM without the right, EINVAL for an unknown group.
    public func join(group: UInt32) throws(NetlinkError) {
        try setOption(.addMembership, Int32(clamping: group))
    }

    /// Leaves a multicast group.
    ///
    /// - Throws: `.system`.
    public func leave(group: UInt32) throws(NetlinkError) {
        try setOption(.dropMembership, Int32(clamping: group))
    }

    /// Makes the receive buffer at least that large, which notifications and many answers need.
    ///
    /// Past the system's limit (net.core.rmem_max) this needs CAP_NET_ADMIN; without it the buffer grows to the limit.
    ///
    /// - Parameter byteCount: as the kernel counts: a small message takes some 800 bytes.
    /// - Returns: the size that it has now.
    /// - Throws: `.system`.
    @discardableResult
    public func growReceiveBuffer(to byteCount: Int) throws(NetlinkError) -> Int {
        try growBuffer(to: byteCount, forced: SO_RCVBUFFORCE, plain: SO_RCVBUF)
    }

    /// Makes the send buffer at least that large: a batch must fit it in one piece.
    ///
    /// - Returns: the size that it has now, which may be less without CAP_NET_ADMIN.
    /// - Throws: `.system`.
    @discardableResult
    public func growSendBuffer(to byteCount: Int) throws(NetlinkError) -> Int {
        try growBuffer(to: byteCount, forced: SO_SNDBUFFORCE, plain: SO_SNDBUF)
    }

    private func growBuffer(to byteCount: Int, forced: Int32, plain: Int32) throws(NetlinkError) -> Int {
        switch transport {
        case .function: byteCount
        case .kernel(let descriptor):
            try SocketCalls.growBuffer(descriptor, to: byteCount, forced: forced, plain: plain)
        }
    }
}

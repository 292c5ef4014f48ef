import Glibc
import Netlink
import RouteNetlink

/// The links (ifb) through which the reference bandwidth plugin sends what containers send.
struct Limiters {
    let isDryRun: Bool
    /// How many seconds lie between two looks: who has just made such a link sends nothing to it yet.
    let pause: Int

    /// Finds those that no link's traffic goes to any more, as the container's end of the pair is gone, and removes them.
    ///
    /// - Returns: what was found.
    /// - Throws: when the links can't be listed.
    func findings() throws(NetlinkError) -> [Finding] {
        var connection = try RouteConnection.open()
        var (unused, used) = try Self.look(&connection)
        if !unused.isEmpty {
            sleep(UInt32(max(0, pause)))
            let first = Set(unused.map(\.index))
            let second = try Self.look(&connection)
            unused = second.unused.filter { first.contains($0.index) }
            used = second.used
        }
        return used.map { Finding(.link, $0.name, .kept, "a container's traffic goes through it") }
            + unused.map { remove($0, &connection) }
    }

    private func remove(_ link: Link, _ connection: inout RouteConnection) -> Finding {
        let finding = Finding(.link, link.name, .leftover, "no container's traffic goes through it")
        if isDryRun { return finding }
        do throws(NetlinkError) {
            try connection.deleteLink(.index(link.index))
            return Migration.settle(finding, nil)
        } catch {
            return Migration.settle(finding, "\(error)")
        }
    }

    private static func look(
        _ connection: inout RouteConnection
    ) throws(NetlinkError) -> (unused: [Link], used: [Link]) {
        let limiters = try connection.links(LinkFilter(kind: "ifb")).filter { isReferences($0.name, alias: $0.alias) }
        if limiters.isEmpty { return ([], []) }
        var targets: Set<UInt32> = []
        for link in try connection.links() { targets.formUnion(try connection.redirections(link: link.index)) }
        return (limiters.filter { !targets.contains($0.index) }, limiters.filter { targets.contains($0.index) })
    }

    /// "bwp" and the twelve hexadecimal digits of a hash; weft-cni's own have other letters, and an alias.
    static func isReferences(_ name: String, alias: String?) -> Bool {
        let digits = name.utf8.dropFirst(3)
        return name.hasPrefix("bwp") && digits.count == 12 && alias?.isEmpty != false
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

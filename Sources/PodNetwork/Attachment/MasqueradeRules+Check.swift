import LinuxSystem
import NFTables
import Netlink
import NetworkTypes

extension MasqueradeRules {
    /// The families whose tables are not there, or lack the set that the rule looks into.
    ///
    /// - Parameter socket: of the netfilter protocol.
    /// - Returns: none when all is there.
    /// - Throws: `.kernel` when the kernel can't be asked.
    func missingFamilies(_ socket: inout NetlinkSocket) throws(NetlinkError) -> [IPFamily] {
        var missing: [IPFamily] = []
        for family in families {
            do throws(NetlinkError) {
                try socket.request(getSet(family))
            } catch {
                guard error.errno == .noSuchFileOrDirectory else { throw error }
                missing.append(family)
            }
        }
        return missing
    }

    /// NFT_MSG_GETSET of one set (linux/netfilter/nf_tables.h); ENOENT when set or table is not there.
    private func getSet(_ family: IPFamily) -> NetlinkRequest {
        let set = set(family)
        return NetlinkRequest(0x0a0a, operation: "get set", object: set.description) { writer in
            // struct nfgenmsg: family, version, resource.
            writer.append(bytes: [set.table.family.rawValue, 0, 0, 0])
            writer.attribute(1, string: set.table.name)
            writer.attribute(2, string: set.name)
        }
    }
}

import CMnl
import CNftnl
import Glibc
import LinuxSystem
public import NFTables

/// Reads nf_tables of the calling thread's network namespace through libmnl and libnftnl.
///
/// Each kind of object is one dump, and a dump that met a change (`NLM_F_DUMP_INTR`) is made again; dumps of different
/// kinds may belong to different generations, so compare rulesets only while nobody writes.
@safe public struct RulesetReader: ~Copyable {
    let socket: MnlSocket

    /// Opens a socket in the calling thread's network namespace.
    public init() throws(InspectError) { socket = try MnlSocket() }

    /// Everything, or one table's content.
    public func read(_ only: (family: TableFamily, name: String)? = nil) throws(InspectError) -> Ruleset {
        var ruleset = Ruleset(tables: try tables())
        if let only { ruleset.tables.removeAll { $0.family != only.family || $0.name != only.name } }
        for index in ruleset.tables.indices {
            let table = ruleset.tables[index]
            ruleset.tables[index].chains = try chains(of: table)
            ruleset.tables[index].sets = try sets(of: table)
        }
        return ruleset
    }

    /// Whether there is a table of that family and name.
    public func hasTable(_ table: TableID) throws(InspectError) -> Bool {
        try tables().contains { $0.family == table.family && $0.name == table.name }
    }

    /// The canonical dump of everything.
    public static func canonicalDump() throws(InspectError) -> String { try RulesetReader().read().canonicalDump }

    func tables() throws(InspectError) -> [InspectedTable] {
        try unsafe socket.dump("list tables", NFT_MSG_GETTABLE, family: 0) { message in
            guard let table = unsafe nftnl_table_alloc() else { return nil }
            defer { unsafe nftnl_table_free(table) }
            guard unsafe nftnl_table_nlmsg_parse(message, table) == 0,
                let family = unsafe TableFamily(nftnl_table_get_u32(table, UInt16(NFTNL_TABLE_FAMILY.rawValue))),
                let name = unsafe text(nftnl_table_get_str(table, UInt16(NFTNL_TABLE_NAME.rawValue)))
            else { return nil }
            var length: UInt32 = 0
            let data = unsafe nftnl_table_get_data(table, UInt16(NFTNL_TABLE_USERDATA.rawValue), &length)
            let comment = unsafe UserData.comment(data, length, type: UInt8(NFTNL_UDATA_TABLE_COMMENT.rawValue))
            return InspectedTable(family: family, name: name, comment: comment)
        }
    }

    /// The chains without their rules.
    func chainHeads(of table: InspectedTable) throws(InspectError) -> [InspectedChain] {
        try unsafe socket.dump("list chains", NFT_MSG_GETCHAIN, family: table.family.rawValue) { message in
            unsafe parseChain(message, in: table)
        }
    }

    private func chains(of table: InspectedTable) throws(InspectError) -> [InspectedChain] {
        var chains = try chainHeads(of: table)
        var places: [String: Int] = [:]
        for (place, chain) in chains.enumerated() { places[chain.name] = place }
        let rules = try unsafe socket.dump("list rules", NFT_MSG_GETRULE, family: table.family.rawValue) { message in
            unsafe parseRule(message, in: table)
        }
        for rule in rules {
            guard let index = places[rule.chain] else { continue }
            chains[index].rules.append(rule.rule)
        }
        return chains
    }

    private func sets(of table: InspectedTable) throws(InspectError) -> [InspectedSet] {
        var sets = try unsafe socket.dump("list sets", NFT_MSG_GETSET, family: table.family.rawValue) { message in
            unsafe parseSet(message, in: table)
        }
        for index in sets.indices {
            sets[index].elements = try elements(of: sets[index].name, in: table)
        }
        return sets
    }

    private func elements(of set: String, in table: InspectedTable) throws(InspectError) -> [InspectedElement] {
        guard let filter = unsafe nftnl_set_alloc() else { throw InspectError("list elements", .outOfMemory) }
        defer { unsafe nftnl_set_free(filter) }
        unsafe nftnl_set_set_str(filter, UInt16(NFTNL_SET_TABLE.rawValue), table.name)
        unsafe nftnl_set_set_str(filter, UInt16(NFTNL_SET_NAME.rawValue), set)
        let pieces = try unsafe socket.dump(
            "list elements of \(table.family) \(table.name) \(set)",
            NFT_MSG_GETSETELEM,
            family: table.family.rawValue,
            addPayload: { header in unsafe nftnl_set_elems_nlmsg_build_payload(header, filter) }
        ) { message in unsafe parseElements(message) }
        return pieces.flatMap { $0 }
    }
}

extension TableFamily {
    init?(_ number: UInt32) {
        guard let byte = UInt8(exactly: number) else { return nil }
        self.init(rawValue: byte)
    }
}

@unsafe func text(_ pointer: UnsafePointer<CChar>?) -> String? { unsafe pointer.map { unsafe String(cString: $0) } }

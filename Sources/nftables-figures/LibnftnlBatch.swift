import CMnl
import CNftnl
import Glibc
import NFTables
import Netlink

/// The same transaction through libnftnl, as a plain C program would do it: for each object allocate, set, build.
///
/// Declarations and rules are made beforehand, out of our own messages; elements, which are nearly all of the batch,
/// are made within the measured time, from arrays of plain bytes. Nothing is freed before the time is taken.
@safe struct LibnftnlBatch: ~Copyable {
    /// The plain bytes of an element.
    private struct Element {
        var key: [UInt8]
        var keyEnd: [UInt8]?
        var data: [UInt8]?
        var verdict: Verdict?
        var userData: [UInt8]?

        init(_ element: SetElement) {
            key = element.key.bytes
            keyEnd = element.keyEnd?.bytes
            if case .value(let value) = element.data { data = value.bytes }
            if case .verdict(let decision) = element.data { verdict = decision }
            userData = element.comment.map { [0, UInt8(truncatingIfNeeded: $0.utf8.count + 1)] + Array($0.utf8) + [0] }
        }
    }

    @safe private enum Step {
        case object(type: UInt16, flags: UInt16, family: UInt8, build: (UnsafeMutablePointer<nlmsghdr>) -> Void)
        case elements([Element], set: String, id: UInt32, table: String, family: UInt8)
    }

    private let steps: [Step]
    private let buffer: UnsafeMutableRawPointer
    private var length = 0
    private var sequence: UInt32 = 0

    /// Prepares the transaction; `capacity` is the most bytes that the batch takes.
    init?(_ transaction: Transaction, capacity: Int) {
        guard let steps = Self.steps(transaction), let memory = unsafe malloc(capacity) else { return nil }
        self.steps = steps
        unsafe buffer = memory
    }

    private static func steps(_ transaction: Transaction) -> [Step]? {
        guard let bytes = try? transaction.encoded().bytes(), let messages = try? NetlinkMessage.parse(bytes)
        else { return nil }
        var steps: [Step] = []
        var lists = lists(transaction)[...]
        var previousSet: (name: String, id: UInt32) = ("", 0)
        for message in messages where message.type >= 0x100 {
            if message.type == 0xa0c {
                // One step for each list, however many messages it was split into.
                let set = setName(message)
                if set == previousSet { continue }
                previousSet = set
                guard let list = lists.popFirst() else { return nil }
                steps.append(
                    .elements(
                        list.elements.map { Element($0) },
                        set: set.name,
                        id: set.id,
                        table: list.table.name,
                        family: list.table.family.rawValue
                    )
                )
            } else if let step = object(message) {
                steps.append(step)
            }
        }
        return steps
    }

    deinit { unsafe free(buffer) }

    /// The elements of the transaction, in the order in which they are sent: rules bring those of their own sets.
    private static func lists(_ transaction: Transaction) -> [(table: TableID, elements: [SetElement])] {
        transaction.operations.flatMap { operation -> [(table: TableID, elements: [SetElement])] in
            switch operation.object {
            case .elements(let elements, let set): [(set.table, elements)]
            case .rule(let rule): rule.compiled().anonymousSets.map { (rule.table, $0.elements) }
            case .table, .chain, .set: []
            }
        }
    }

    private static func setName(_ message: NetlinkMessage) -> (name: String, id: UInt32) {
        var (name, id) = ("", UInt32(0))
        guard var reader = try? message.attributes(after: 4) else { return (name, id) }
        while reader.next() {
            if reader.type == 2 { name = reader.string() }
            if reader.type == 4 { id = reader.networkUInt32() }
        }
        return (name, id)
    }

    /// A declaration or rule, read out of our message by libnftnl.
    private static func object(_ message: NetlinkMessage) -> Step? {
        let bytes = message.bytes
        let (type, family) = (message.type, message.payload.first ?? 0)
        let build: ((UnsafeMutablePointer<nlmsghdr>) -> Void)? = unsafe bytes.withUnsafeBytes { raw in
            guard let header = unsafe raw.bindMemory(to: nlmsghdr.self).baseAddress else { return nil }
            return unsafe builder(type, header)
        }
        guard let build = unsafe build else { return nil }
        let flags = message.flags.subtracting([.request, .acknowledge]).rawValue
        return unsafe .object(type: type & 0xff, flags: flags, family: family, build: build)
    }

    private static func builder(
        _ type: UInt16,
        _ header: UnsafePointer<nlmsghdr>
    ) -> ((UnsafeMutablePointer<nlmsghdr>) -> Void)? {
        switch type {
        case 0xa00, 0xa02:
            guard let table = unsafe nftnl_table_alloc() else { return nil }
            unsafe nftnl_table_nlmsg_parse(header, table)
            return { unsafe nftnl_table_nlmsg_build_payload($0, table) }
        case 0xa03:
            guard let chain = unsafe nftnl_chain_alloc() else { return nil }
            unsafe nftnl_chain_nlmsg_parse(header, chain)
            return { unsafe nftnl_chain_nlmsg_build_payload($0, chain) }
        case 0xa06:
            guard let rule = unsafe nftnl_rule_alloc() else { return nil }
            unsafe nftnl_rule_nlmsg_parse(header, rule)
            return { unsafe nftnl_rule_nlmsg_build_payload($0, rule) }
        case 0xa09:
            guard let set = unsafe nftnl_set_alloc() else { return nil }
            unsafe nftnl_set_nlmsg_parse(header, set)
            return { unsafe nftnl_set_nlmsg_build_payload($0, set) }
        default: return nil
        }
    }
}

extension LibnftnlBatch {
    /// Makes all elements and writes all messages; this is what is measured.
    ///
    /// - Returns: the batch's bytes.
    mutating func build() -> Int {
        (length, sequence) = (0, 0)
        unsafe frame { unsafe nftnl_batch_begin($0, $1) }
        for (index, step) in steps.enumerated() {
            let acknowledge = index == steps.count - 1 ? UInt16(NLM_F_ACK) : 0
            switch step {
            case .object(let type, let flags, let family, let build):
                guard let header = unsafe header(type, family, flags | acknowledge) else { return 0 }
                unsafe build(header)
                unsafe advance(header)
            case .elements(let elements, let set, let id, let table, let family):
                write(elements, set, id, table, family, acknowledge)
            }
        }
        unsafe frame { unsafe nftnl_batch_end($0, $1) }
        return length
    }

    private mutating func frame(
        _ write: (UnsafeMutablePointer<CChar>, UInt32) -> UnsafeMutablePointer<nlmsghdr>?
    ) {
        sequence += 1
        let place = unsafe (buffer + length).assumingMemoryBound(to: CChar.self)
        if let header = unsafe write(place, sequence) { unsafe advance(header) }
    }

    private mutating func header(
        _ type: UInt16,
        _ family: UInt8,
        _ flags: UInt16
    ) -> UnsafeMutablePointer<nlmsghdr>? {
        sequence += 1
        let place = unsafe (buffer + length).assumingMemoryBound(to: CChar.self)
        return unsafe nftnl_nlmsg_build_hdr(place, type, UInt16(family), flags, sequence)
    }

    private mutating func advance(_ header: UnsafeMutablePointer<nlmsghdr>) {
        // nlmsg_len comes first.
        length += unsafe (Int(UnsafeRawPointer(header).load(as: UInt32.self)) + 3) & ~3
    }

    private mutating func write(
        _ elements: [Element],
        _ name: String,
        _ id: UInt32,
        _ table: String,
        _ family: UInt8,
        _ acknowledge: UInt16
    ) {
        guard let set = unsafe nftnl_set_alloc() else { return }
        _ = unsafe nftnl_set_set_str(set, UInt16(NFTNL_SET_NAME.rawValue), name)
        _ = unsafe nftnl_set_set_str(set, UInt16(NFTNL_SET_TABLE.rawValue), table)
        unsafe nftnl_set_set_u32(set, UInt16(NFTNL_SET_ID.rawValue), id)
        for element in elements {
            guard let made = unsafe nftnl_set_elem_alloc() else { return }
            unsafe fill(made, element)
            unsafe nftnl_set_elem_add(set, made)
        }
        guard let iterator = unsafe nftnl_set_elems_iter_create(set) else { return }
        var hasMore = true
        while hasMore {
            let flags = UInt16(NLM_F_CREATE) | acknowledge
            guard let header = unsafe header(UInt16(NFT_MSG_NEWSETELEM.rawValue), family, flags) else { return }
            hasMore = unsafe nftnl_set_elems_nlmsg_build_payload_iter(header, iterator) > 0
            unsafe advance(header)
        }
        unsafe nftnl_set_elems_iter_destroy(iterator)
    }

    private func fill(_ made: OpaquePointer, _ element: Element) {
        unsafe put(made, NFTNL_SET_ELEM_KEY, element.key)
        if let keyEnd = element.keyEnd { unsafe put(made, NFTNL_SET_ELEM_KEY_END, keyEnd) }
        if let data = element.data { unsafe put(made, NFTNL_SET_ELEM_DATA, data) }
        if let userData = element.userData { unsafe put(made, NFTNL_SET_ELEM_USERDATA, userData) }
        guard let verdict = element.verdict else { return }
        unsafe nftnl_set_elem_set_u32(made, UInt16(NFTNL_SET_ELEM_VERDICT), UInt32(bitPattern: verdict.code))
        if let chain = verdict.chain { _ = unsafe nftnl_set_elem_set_str(made, UInt16(NFTNL_SET_ELEM_CHAIN), chain) }
    }

    private func put(_ made: OpaquePointer, _ attribute: Int, _ bytes: [UInt8]) {
        _ = unsafe nftnl_set_elem_set(made, UInt16(attribute), bytes, UInt32(bytes.count))
    }

    /// Sends the batch over libmnl and waits for the answer.
    ///
    /// - Returns: the kernel's error number, 0 when all went well.
    func commit() -> Int32 {
        guard let socket = unsafe mnl_socket_open(Int32(NETLINK_NETFILTER)) else { return errno }
        defer { _ = unsafe mnl_socket_close(socket) }
        var size = Int32(truncatingIfNeeded: length + 4096)
        let descriptor = unsafe mnl_socket_get_fd(socket)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe mnl_socket_bind(socket, 0, 0) == 0, unsafe mnl_socket_sendto(socket, buffer, length) >= 0
        else { return errno }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { answer in
            let count = unsafe mnl_socket_recvfrom(socket, answer.baseAddress, answer.count)
            guard count >= 20 else { return errno }
            // struct nlmsgerr behind the header begins with the negative error number.
            return unsafe -answer.loadUnaligned(fromByteOffset: 16, as: Int32.self)
        }
    }
}

import CMnl
import CNftnl
import Glibc
import NFTables

/// One message of a chain dump.
@unsafe func parseChain(_ message: UnsafePointer<nlmsghdr>, in table: InspectedTable) -> InspectedChain? {
    guard let chain = unsafe nftnl_chain_alloc() else { return nil }
    defer { unsafe nftnl_chain_free(chain) }
    guard unsafe nftnl_chain_nlmsg_parse(message, chain) == 0,
        unsafe text(nftnl_chain_get_str(chain, UInt16(NFTNL_CHAIN_TABLE.rawValue))) == table.name,
        let name = unsafe text(nftnl_chain_get_str(chain, UInt16(NFTNL_CHAIN_NAME.rawValue)))
    else { return nil }
    var hook: InspectedChain.Hook?
    if unsafe nftnl_chain_is_set(chain, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue)) {
        hook = unsafe InspectedChain.Hook(
            type: text(nftnl_chain_get_str(chain, UInt16(NFTNL_CHAIN_TYPE.rawValue))) ?? "filter",
            number: nftnl_chain_get_u32(chain, UInt16(NFTNL_CHAIN_HOOKNUM.rawValue)),
            priority: nftnl_chain_get_s32(chain, UInt16(NFTNL_CHAIN_PRIO.rawValue)),
            policy: nftnl_chain_get_u32(chain, UInt16(NFTNL_CHAIN_POLICY.rawValue))
        )
    }
    return InspectedChain(name: name, hook: hook)
}

/// One message of a rule dump.
@unsafe func parseRule(
    _ message: UnsafePointer<nlmsghdr>,
    in table: InspectedTable
) -> (chain: String, rule: InspectedRule)? {
    guard let rule = unsafe nftnl_rule_alloc() else { return nil }
    defer { unsafe nftnl_rule_free(rule) }
    guard unsafe nftnl_rule_nlmsg_parse(message, rule) == 0,
        unsafe text(nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue))) == table.name,
        let chain = unsafe text(nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue)))
    else { return nil }
    var length: UInt32 = 0
    let data = unsafe nftnl_rule_get_data(rule, UInt16(NFTNL_RULE_USERDATA.rawValue), &length)
    let comment = unsafe UserData.comment(data, length, type: UInt8(NFTNL_UDATA_RULE_COMMENT.rawValue))
    return (chain, InspectedRule(expressions: unsafe expressions(of: rule), comment: comment))
}

@unsafe private func expressions(of rule: OpaquePointer) -> [String] {
    guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return [] }
    defer { unsafe nftnl_expr_iter_destroy(iterator) }
    var result: [String] = []
    while let expression = unsafe nftnl_expr_iter_next(iterator) {
        let name = unsafe text(nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_NAME))) ?? "?"
        // A counter's value is traffic, not rules.
        result.append(name == "counter" ? name : unsafe notation(of: expression, name))
    }
    return result
}

/// An expression in libnftnl's notation, behind its name.
@unsafe func notation(of expression: OpaquePointer, _ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    _ = unsafe nftnl_expr_snprintf(&buffer, buffer.count, expression, UInt32(NFTNL_OUTPUT_DEFAULT.rawValue), 0)
    let body = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
        separator: " "
    ).joined(separator: " ")
    return "\(name) \(body)"
}

/// One message of a set dump, without its elements.
@unsafe func parseSet(_ message: UnsafePointer<nlmsghdr>, in table: InspectedTable) -> InspectedSet? {
    guard let set = unsafe nftnl_set_alloc() else { return nil }
    defer { unsafe nftnl_set_free(set) }
    guard unsafe nftnl_set_nlmsg_parse(message, set) == 0,
        unsafe text(nftnl_set_get_str(set, UInt16(NFTNL_SET_TABLE.rawValue))) == table.name,
        let name = unsafe text(nftnl_set_get_str(set, UInt16(NFTNL_SET_NAME.rawValue)))
    else { return nil }
    return unsafe InspectedSet(
        name: name,
        flags: nftnl_set_get_u32(set, UInt16(NFTNL_SET_FLAGS.rawValue)),
        keyType: nftnl_set_get_u32(set, UInt16(NFTNL_SET_KEY_TYPE.rawValue)),
        dataType: nftnl_set_is_set(set, UInt16(NFTNL_SET_DATA_TYPE.rawValue))
            ? nftnl_set_get_u32(set, UInt16(NFTNL_SET_DATA_TYPE.rawValue)) : 0
    )
}

/// One message of an element dump: as many elements as fit.
@unsafe func parseElements(_ message: UnsafePointer<nlmsghdr>) -> [InspectedElement]? {
    guard let set = unsafe nftnl_set_alloc() else { return nil }
    defer { unsafe nftnl_set_free(set) }
    guard unsafe nftnl_set_elems_nlmsg_parse(message, set) == 0,
        let iterator = unsafe nftnl_set_elems_iter_create(set)
    else { return nil }
    defer { unsafe nftnl_set_elems_iter_destroy(iterator) }
    var elements: [InspectedElement] = []
    while let element = unsafe nftnl_set_elems_iter_next(iterator) {
        unsafe elements.append(parseElement(element))
    }
    return elements
}

@unsafe private func parseElement(_ element: OpaquePointer) -> InspectedElement {
    var value: InspectedElement.Value?
    if unsafe nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_VERDICT)) {
        let verdict = unsafe nftnl_set_elem_get_u32(element, UInt16(NFTNL_SET_ELEM_VERDICT))
        let chain = unsafe text(nftnl_set_elem_get_str(element, UInt16(NFTNL_SET_ELEM_CHAIN)))
        value = .verdict(verdictText(Int32(bitPattern: verdict), chain))
    } else if unsafe nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_DATA)) {
        value = .data(unsafe bytes(element, NFTNL_SET_ELEM_DATA))
    }
    let hasEnd = unsafe nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_KEY_END))
    var length: UInt32 = 0
    let data = unsafe nftnl_set_elem_get(element, UInt16(NFTNL_SET_ELEM_USERDATA), &length)
    return unsafe InspectedElement(
        key: bytes(element, NFTNL_SET_ELEM_KEY),
        keyEnd: hasEnd ? bytes(element, NFTNL_SET_ELEM_KEY_END) : nil,
        value: value,
        comment: UserData.comment(data, length, type: UInt8(NFTNL_UDATA_SET_ELEM_COMMENT.rawValue)),
        flags: nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_FLAGS))
            ? nftnl_set_elem_get_u32(element, UInt16(NFTNL_SET_ELEM_FLAGS)) : 0,
        expiration: nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_EXPIRATION))
            ? nftnl_set_elem_get_u64(element, UInt16(NFTNL_SET_ELEM_EXPIRATION)) : nil
    )
}

@unsafe private func bytes(_ element: OpaquePointer, _ attribute: some BinaryInteger) -> [UInt8] {
    var length: UInt32 = 0
    guard let data = unsafe nftnl_set_elem_get(element, UInt16(attribute), &length) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
}

private func verdictText(_ verdict: Int32, _ chain: String?) -> String {
    // linux/netfilter.h and enum nft_verdicts of linux/netfilter/nf_tables.h.
    let name =
        switch verdict {
        case 0: "drop"
        case 1: "accept"
        case -1: "continue"
        case -2: "break"
        case -3: "jump"
        case -4: "goto"
        case -5: "return"
        default: "verdict \(verdict)"
        }
    return chain.map { "\(name) \($0)" } ?? name
}

import NFTables
import Testing

@testable import NFTablesInspect

/// The canonical text of a ruleset's values.
struct CanonicalDumpTests {
    private func element(_ key: UInt8, _ value: InspectedElement.Value? = nil, comment: String? = nil)
        -> InspectedElement
    {
        InspectedElement(key: [key], keyEnd: nil, value: value, comment: comment, flags: 0)
    }

    private func ruleset(setName: String, elements: [InspectedElement]) -> Ruleset {
        var table = InspectedTable(family: .ip6, name: "weft", comment: "layout 1")
        var map = InspectedSet(name: "classes", flags: 8, keyType: 23, dataType: 0xffff_ff00)
        map.elements = elements
        var own = InspectedSet(name: setName, flags: 3, keyType: 12, dataType: 0)
        own.elements = [element(17), element(6)]
        table.sets = [own, map]
        var chain = InspectedChain(name: "s0", hook: nil)
        chain.rules = [
            InspectedRule(expressions: ["meta load l4proto => reg 1", "lookup reg 1 set \(setName)"], comment: "why")
        ]
        var base = InspectedChain(
            name: "pre",
            hook: InspectedChain.Hook(type: "nat", number: 0, priority: -100, policy: 1)
        )
        base.rules = [InspectedRule(expressions: ["immediate reg 0 jump -> s0"], comment: nil)]
        table.chains = [chain, base]
        return Ruleset(tables: [table, InspectedTable(family: .ip, name: "z", comment: nil)])
    }

    @Test
    func itIsSortedAndReadable() {
        let dump = ruleset(
            setName: "__set7",
            elements: [element(2, .verdict("goto n2")), element(1, .data([1]), comment: "c")]
        )
        .canonicalDump
        #expect(
            dump == """
                table ip z
                table ip6 weft comment "layout 1"
                  map type 23 : 4294967040 flags 8 classes
                    01 : 01 comment "c"
                    02 : goto n2
                  chain pre type nat hook 0 priority -100 policy 1
                    [ immediate reg 0 jump -> s0 ]
                  chain s0
                    [ meta load l4proto => reg 1 ] [ lookup reg 1 set { 06, 11 } ] comment "why"
                """
        )
    }

    @Test
    func theKernelsNumbersOfARulesOwnSetsDoNotCount() {
        let elements = [element(1), element(2)]
        let one = ruleset(setName: "__set0", elements: elements)
        #expect(one.canonicalDump == ruleset(setName: "__set31", elements: elements.reversed()).canonicalDump)
        #expect(one.canonicalDump != ruleset(setName: "__set0", elements: [element(1)]).canonicalDump)
    }
}

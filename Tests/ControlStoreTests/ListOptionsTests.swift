import ClusterModel
import Testing

@testable import ControlStore

struct ListOptionsTests {
    private func read(_ query: [String: String], isWatch: Bool = false) throws -> ListOptions {
        try ListOptions(isWatch: isWatch) { query[$0] }
    }

    @Test func parametersAreRead() throws {
        let options = try read(
            [
                "resourceVersion": "7", "resourceVersionMatch": "NotOlderThan", "sendInitialEvents": "true",
                "allowWatchBookmarks": "1", "timeoutSeconds": "9",
            ],
            isWatch: true
        )
        #expect(options.revision == 7)
        #expect(options.match == .notOlderThan)
        #expect(options.sendInitialEvents == true)
        #expect(options.allowBookmarks)
        #expect(options.timeoutSeconds == 9)
        #expect(try read(["resourceVersion": ""]).revision == nil)
    }

    @Test(arguments: [
        (["resourceVersion": "x"], false, 400), (["resourceVersion": "-1"], false, 400), (["limit": "x"], false, 400),
        (["continue": "!"], false, 400), (["resourceVersionMatch": "Exact"], false, 422),
        (["resourceVersionMatch": "Exact", "resourceVersion": "0"], false, 422),
        (["resourceVersionMatch": "Odd", "resourceVersion": "1"], false, 422),
        (["sendInitialEvents": "true"], false, 422), (["sendInitialEvents": "true"], true, 422),
        (["resourceVersionMatch": "NotOlderThan"], true, 422),
    ])
    func faultsAreTold(query: [String: String], isWatch: Bool, code: Int) {
        let error = #expect(throws: StoreError.self) { try read(query, isWatch: isWatch) }
        #expect(error?.status.code == code)
    }

    @Test(arguments: [7, nil] as [Revision?])
    func continueTokenIsReadBack(revision: Revision?) throws {
        let token = ContinueToken(revision: revision, last: ObjectKey(namespace: "a", name: "ü/?"))
        #expect(ContinueToken(token.text) == token)
        #expect(token.text.utf8.allSatisfy { $0 != 0x2b && $0 != 0x2f && $0 != 0x3d })
        #expect(try read(["continue": token.text]).continuation == token)
    }
}

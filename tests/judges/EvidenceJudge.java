// Bouncy Castle as a judge of evidence records (RFC 4998).
//
// usage: java -cp bcpkix.jar:bcprov.jar:bcutil.jar EvidenceJudge.java DIR
//
// DIR holds NAME.er with NAME.object (one file) or NAME.object.0, .1, … (a group), and NAME.expect: `accept`, `refuse` or
// `accept-objects`: the object is covered, and of the renewals Bouncy Castle 1.72 wants that the last one covers every token
// before it in its chain, where RFC 4998, 5.2, asks for the one before it.
// The judge checks what each time-stamp covers, and the signature of the newest token by the certificate in it; certificates'
// validity over the decades isn't asked. Prints a line a mistake, then `N passed, N failed`; exit status 1 where any failed.

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

public class EvidenceJudge {
    // The records of the decades to come are judged at a time after all of them.
    static final Date IN_2046 = Date.from(Instant.parse("2046-03-02T03:00:00Z"));

    // What only `validate` says, once `validatePresent` has found the object.
    static final String EVERY_TOKEN = "unable to process previous ArchiveTimeStamps";

    public static void main(String[] arguments) throws Exception {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(provider).build();
        File[] records = new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".er"));
        Arrays.sort(records);
        int passed = 0, failed = 0, accepted = 0, refused = 0;
        for (File file : records) {
            String name = file.getPath().substring(0, file.getPath().length() - 3);
            String expect = Files.readString(Path.of(name + ".expect")).trim();
            String why = refusal(Files.readAllBytes(file.toPath()), object(name), digests, provider);
            boolean asExpected = switch (expect) {
                case "accept" -> why == null;
                case "accept-objects" -> why != null && why.contains(EVERY_TOKEN);
                case "refuse" -> why != null && !why.contains(EVERY_TOKEN);
                default -> false;
            };
            if (asExpected) {
                passed++;
            } else {
                failed++;
                System.out.println(file.getName() + ": " + (why == null ? "accepted" : "refused: " + why));
            }
            if (why == null) accepted++; else refused++;
        }
        // A judge that says the same of everything judges nothing.
        if (accepted == 0 || refused == 0) {
            failed++;
            System.out.println("accepted " + accepted + ", refused " + refused);
        }
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    static ERSData object(String name) throws Exception {
        Path one = Path.of(name + ".object");
        if (Files.exists(one)) {
            return new ERSByteData(Files.readAllBytes(one));
        }
        List<ERSData> group = new ArrayList<>();
        for (int index = 0; Files.exists(Path.of(name + ".object." + index)); index++) {
            group.add(new ERSByteData(Files.readAllBytes(Path.of(name + ".object." + index))));
        }
        return new ERSDataGroup(group);
    }

    static String refusal(byte[] der, ERSData object, DigestCalculatorProvider digests, BouncyCastleProvider provider) {
        try {
            ERSEvidenceRecord record = new ERSEvidenceRecord(der, digests);
            record.validatePresent(object, IN_2046);
            record.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(provider).build(record.getSigningCertificate()));
            return null;
        } catch (Exception error) {
            return error + (error.getCause() == null ? "" : ": " + error.getCause());
        }
    }
}

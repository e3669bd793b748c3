package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of others mean what their programs do with them. */
class PreprocessingFileTest {

  private static final String HALVES = "mean=0.5/0.5/0.5,std=0.5/0.5/0.5";

  @TempDir Path folder;

  private String read(String text) throws IOException {
    return Preprocessing.read(Files.writeString(folder.resolve("config.json"), text)).id();
  }

  @Test
  void timmsCropIsAShareOfTheShorterSide() throws IOException {
    assertThat(
            read(
                """
                {"architecture": "vit_base_patch16_224", "num_classes": 1000,
                 "pretrained_cfg": {"tag": "augreg2_in21k_ft_in1k", "custom_load": false,
                   "input_size": [3, 224, 224], "fixed_input_size": true, "interpolation": "bicubic",
                   "crop_pct": 0.9, "crop_mode": "center", "mean": [0.5, 0.5, 0.5],
                   "std": [0.5, 0.5, 0.5]}}\
                """))
        .isEqualTo(Preprocessing.timm().id())
        .isEqualTo(
            "resize=short:248,filter=antialiased-bicubic,crop=224x224,crop-rounding=half-to-even,"
                + "channels=rgb,divisor=255.0,"
                + HALVES);
  }

  @Test
  void earlierFilesOfTimmAndWhatTheyLeaveOut() throws IOException {
    assertThat(read("{\"input_size\": [3, 299, 299], \"interpolation\": \"bilinear\"}"))
        .startsWith("resize=short:341,filter=antialiased-bilinear,crop=299x299,")
        .endsWith("mean=0.485/0.456/0.406,std=0.229/0.224/0.225");
    assertThat(read("{\"pretrained_cfg\": null, \"input_size\": [3, 96, 96], \"crop_pct\": 1}"))
        .startsWith("resize=short:96,");
    assertThat(
            read(
                "{\"pretrained_cfg\": {\"input_size\": [1, 32, 100], \"crop_mode\": \"squash\","
                    + "\"crop_pct\": 1.0, \"mean\": [0.5], \"std\": [0.25]}}"))
        .isEqualTo(
            "resize=exact:32x100,filter=antialiased-bicubic,crop=32x100,crop-rounding=half-to-even,"
                + "channels=gray,divisor=255.0,mean=0.5,std=0.25");
  }

  @Test
  void huggingFacesVisionTransformerSqueezes() throws IOException {
    assertThat(
            read(
                """
                {"do_normalize": true, "do_rescale": true, "do_resize": true,
                 "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "ViTImageProcessor",
                 "image_std": [0.5, 0.5, 0.5], "resample": 2, "rescale_factor": 0.00392156862745098,
                 "size": {"height": 224, "width": 224}}\
                """))
        .isEqualTo(
            "resize=square:224,filter=antialiased-bilinear,crop=224x224,crop-rounding=down,"
                + "channels=rgb,divisor=255.0,"
                + HALVES);
    assertThat(
            read(
                """
                {"do_normalize": true, "do_resize": true, "feature_extractor_type": "ViTFeatureExtractor",
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "resample": 2,
                 "size": 384}\
                """))
        .startsWith("resize=square:384,filter=antialiased-bilinear,crop=384x384,");
  }

  @Test
  void huggingFacesOthersKeepTheAspectRatio() throws IOException {
    assertThat(
            read(
                """
                {"crop_size": {"height": 224, "width": 192}, "do_center_crop": true,
                 "do_normalize": false, "do_rescale": true, "do_resize": true,
                 "do_flip_channel_order": true, "image_processor_type": "MobileViTImageProcessor",
                 "resample": 3, "rescale_factor": 0.00392156862745098,
                 "size": {"shortest_edge": 288}}\
                """))
        .isEqualTo(
            "resize=short:288,filter=antialiased-bicubic,crop=224x192,crop-rounding=down,"
                + "channels=bgr,divisor=255.0,mean=0.0/0.0/0.0,std=1.0/1.0/1.0");
    String convNext =
        """
        {"crop_pct": 0.875, "do_normalize": true, "do_resize": true, "resample": 3,
         "feature_extractor_type": "ConvNextFeatureExtractor", "image_mean": [0.5, 0.5, 0.5],
         "image_std": [0.5, 0.5, 0.5], "size": %s}\
        """;
    assertThat(read(convNext.formatted("224")))
        .startsWith("resize=short:256,")
        .contains("=224x224");
    assertThat(read(convNext.formatted("{\"shortest_edge\": 384}")))
        .startsWith("resize=square:384,")
        .contains("=384x384");
  }

  /** The first three are what the processors compute of their own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          PoolFormerImageProcessor | "size": {"shortest_edge": 224}, "crop_pct": 0.95, "crop_size": 224 | short:235 | 224x224
          PoolFormerFeatureExtractor | "size": 224, "crop_size": 224 | short:248 | 224x224
          LevitFeatureExtractor | "size": 224, "crop_size": 224 | short:256 | 224x224
          CLIPFeatureExtractor | "size": 224, "crop_size": 192, "do_convert_rgb": true | short:224 | 192x192
          CLIPImageProcessorFast | "size": {"shortest_edge": 224}, "crop_size": 193, "size_divisor": null | short:224 | 193x193
          MobileNetV2ImageProcessor | "size": 256, "crop_size": 224 | short:256 | 224x224
          MobileViTImageProcessor | "size": 288, "crop_size": 256, "do_flip_channel_order": false | short:288 | 256x256
          DeiTFeatureExtractor | "size": 256, "crop_size": 224 | square:256 | 224x224
          BeitFeatureExtractor | "size": 256, "crop_size": 224 | square:256 | 224x224
          EfficientNetImageProcessor | "size": 260, "include_top": false | square:260 | 260x260
          ViTImageProcessorFast | "size": 224, "do_center_crop": null, "keep_aspect_ratio": false | square:224 | 224x224
          """)
  void whatHuggingFacesFilesLeaveOutIsTheProcessors(
      String type, String fields, String resize, String crop) throws IOException {
    assertThat(
            read(
                "{\"image_processor_type\": \"%s\", \"resample\": 3, \"do_normalize\": false, %s}"
                    .formatted(type, fields)))
        .isEqualTo(
            "resize=%s,filter=antialiased-bicubic,crop=%s,crop-rounding=down,channels=rgb,divisor=255.0,mean=0.0/0.0/0.0,std=1.0/1.0/1.0",
            resize, crop);
  }

  @Test
  void mobileVitAloneDoesNotNormalizeUnlessAsked() throws IOException {
    String file =
        "{\"image_processor_type\": \"%s\", \"resample\": 3, \"size\": 256, \"crop_size\": 224,"
            + " \"image_mean\": 0.5, \"image_std\": 0.5}";
    assertThat(read(file.formatted("MobileViTImageProcessor"))).endsWith("std=1.0/1.0/1.0");
    assertThat(read(file.formatted("MobileNetV1ImageProcessor"))).endsWith(HALVES);
  }

  @Test
  void openVinosModelInfoIsInSamples() throws IOException {
    String xml =
        """
        <?xml version="1.0"?>
        <net name="model" version="11"><layers>
        <layer id="0" name="image" type="Parameter" version="opset1">
        <data shape="%s" element_type="f32"/></layer></layers>
        <rt_info><model_info>
        <mean_values value="123.675 116.28 103.53"/><scale_values value="58.395 57.12 57.375"/>
        <model_type value="Classification"/><resize_type value="%s"/>
        <reverse_input_channels value="YES"/></model_info></rt_info></net>\
        """;
    String values = "channels=rgb,divisor=1.0,mean=123.675/116.28/103.53,std=58.395/57.12/57.375";
    assertThat(read(xml.formatted("1,3,224,288", "standard")))
        .isEqualTo(
            "resize=exact:224x288,filter=bilinear,crop=224x288,crop-rounding=down," + values);
    assertThat(read(xml.formatted("1,224,224,3", "crop")))
        .isEqualTo("resize=short:224,filter=bilinear,crop=224x224,crop-rounding=down," + values);
    for (String batch : new String[] {"?", "-1", "-1..8"}) {
      assertThat(read(xml.formatted(batch + ",224,224,3", "crop"))).contains("resize=short:224,");
      assertThat(read(xml.formatted(batch + ",3,224,288", "standard"))).contains("=exact:224x288,");
    }
    assertThat(read(xml.formatted("1,3,224,224", "standard").replace("YES", "NO")))
        .contains("channels=bgr,");
  }

  @Test
  void ourOwnTextIsReadAloneAndFromATable() throws IOException {
    String id = Preprocessing.kerasCaffe().withLayout(Layout.NHWC).id();
    assertThat(read(id + "\n")).isEqualTo(id);
    assertThat(read("{\"version\": 2, \"provenance\": {\"preprocessing\": \"" + id + "\"}}"))
        .isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"model_type": "vit", "hidden_size": 768} | expected timm's config.json, .* found JSON with none of their fields
          {"input_size": [3, 224]} | expected input_size of \\[channels .* found \\[3,224\\]
          {"input_size": [3, 224, 160]} | expected input_size of a square .* found \\[3,224,160\\]
          {"crop_pct": 90} | expected crop_pct of a number above 0, up to 1, found 90
          {"crop_pct": 1, "interpolation": "lanczos"} | expected interpolation of bicubic or bilinear, found "lanczos"
          {"crop_pct": 1, "crop_mode": "border"} | expected crop_mode of center or squash, found "border"
          {"crop_pct": 1, "mean": [0.5]} | expected mean of 3 numbers, found \\[0.5\\]
          {"input_size": {"height": 224, "width": 224}} | expected input_size of \\[channels .* found \\{"height":224,"width":224\\}
          {"input_size": [3, 224.9, 224]} | expected input_size of \\[channels .* found \\[3,224.9,224\\]
          {"input_size": [3, 4294967520, 224]} | expected input_size of \\[channels .* found \\[3,4294967520,224\\]
          {"crop_pct": 1, "mean": {"r": 0.5, "g": 0.5, "b": 0.5}} | expected mean of 3 numbers, found \\{"r":0.5.*
          {"crop_pct": 1, "std": [0.5, "a", 1]} | expected std of numbers, found \\[0.5,"a",1\\]
          {"crop_pct": 1e-9} | expected crop_pct of a share by which 224 is at most 65535 pixels, found 1.0E-9
          {"input_size": [3, 65536, 65536], "crop_pct": 1} | expected crop_pct of a share by which 65536 .*
          {"input_size": [1, 28, 28], "std": [0.5]} | expected mean of a number, found none
          {"input_size": [1, 28, 28], "mean": [0.5]} | expected std of a number, found none
          {"pretrained_cfg": "augreg", "input_size": [3, 224, 224]} | expected pretrained_cfg of an object, found "augreg"
          {"pretrained_cfg": [], "crop_pct": 0.9} | expected pretrained_cfg of an object, found \\[\\]
          {"image_processor_type": "ViTImageProcessor", "resample": 2, "size": 224} | expected image_mean of 3 numbers, found none
          {"image_processor_type": "ViTImageProcessor", "resample": 2, "size": 224, "image_mean": {"r": 0.5}} | expected image_mean of 3 numbers, found \\{"r":0.5\\}
          {"image_processor_type": "ViTImageProcessor", "resample": 1, "size": 224} | expected resample of 2 .* found 1
          {"image_processor_type": "ViTImageProcessor", "resample": 2.5, "size": 224} | expected resample of 2 .* found 2.5
          {"image_processor_type": "ViTImageProcessor", "resample": 2} | expected size of a number of pixels, found none
          {"image_processor_type": "ViTImageProcessor", "resample": 2, "size": {"shortest_edge": 256}} | expected size of height and width where .* found .*
          {"image_processor_type": "ViTImageProcessor", "resample": 2, "size": 224, "do_pad": true} | expected do_pad of false, .* found true
          {"image_processor_type": "ViTImageProcessor", "do_thumbnail": true} | expected do_thumbnail of false, .* found true
          {"image_processor_type": "ViTImageProcessor", "do_something_new": true} | expected do_something_new of false, .* found true
          {"image_processor_type": "ViTImageProcessor", "keep_aspect_ratio": true} | expected keep_aspect_ratio of false, .* found true
          {"image_processor_type": "ViTImageProcessor", "size_divisor": 32} | expected size_divisor of null, .* found 32
          {"image_processor_type": "ViTImageProcessor", "crop_pct": 0.9} | expected crop_pct of null where .* found 0.9
          {"image_processor_type": "ViTImageProcessor", "resample": 2, "size": 224, "do_rescale": "yes"} | expected do_rescale of true or false, found "yes"
          {"image_processor_type": "PoolFormerImageProcessor", "crop_size": 224, "resample": 3, "size": {"height": 224, "width": 224}} | expected size of shortest_edge .*
          {"image_processor_type": "PoolFormerImageProcessor", "crop_size": 224, "resample": 3, "size": 224, "crop_pct": null} | expected crop_pct of a number, found none
          {"image_processor_type": "PoolFormerImageProcessor", "crop_size": 224, "resample": 3, "size": 224, "crop_pct": 1e-9} | expected crop_pct of a share .*
          {"image_processor_type": "ConvNextImageProcessor", "crop_size": 224, "resample": 3, "size": 224, "do_center_crop": true} | expected do_center_crop of false, .* found true
          {"image_processor_type": "EfficientNetImageProcessor", "resample": 3, "size": 224} | expected include_top of false, .* found none
          {"image_processor_type": "CLIPImageProcessor", "resample": 3, "size": 224} | expected crop_size of a number of pixels, found none
          {"image_processor_type": "CLIPImageProcessor", "resample": 3, "size": 224, "do_center_crop": false} | expected size of height and width where .* found 224
          {"image_processor_type": "NewImageProcessor"} | expected do_center_crop of true or false, .* found none
          {"image_processor_type": "NewImageProcessor", "do_center_crop": false} | expected do_resize of true or false, .* found none
          {"image_processor_type": "NewImageProcessor", "do_center_crop": false, "do_resize": true, "resample": 3, "size": 224} | expected size of shortest_edge, .* found 224
          {"image_processor_type": "ViTHybridImageProcessor", "do_center_crop": true, "crop_size": 224, "do_resize": true, "resample": 3, "size": 224} | expected size of shortest_edge, .* found 224
          {"image_processor_type": "NewImageProcessor", "do_center_crop": true, "crop_size": 224, "do_resize": false} | expected do_rescale of true or false, .* found none
          {"image_processor_type": "NewImageProcessor", "do_center_crop": true, "crop_size": 224, "do_resize": false, "do_rescale": true} | expected do_normalize of true or false, .* found none
          <rt_info><model_info><embedded_processing value="True"/></model_info></rt_info> | expected embedded_processing of NO, .* found 'True'
          <net><layer type="Parameter"><data shape="?,3,?,224"/></layer><model_info/></net> | expected Parameter of four dimensions .* found '\\?,3,\\?,224'
          {"size": | expected JSON, found: .*
          <net><a></net> | expected XML, found: .*
          <net name="m"/> | expected OpenVINO's XML with rt_info/model_info, found none of it in element net
          <net><rt_info><model_info/></rt_info></net> | expected layer of type Parameter.* found 'none'
          resize=short:256 | Expected filter= in a preprocessing, found 'the end'.*
          mean: 0.5 | expected timm's config.json, .* found text 'mean: 0.5'
          """)
  void whatIsWrongIsNamedInALine(String text, String error) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(text))
        .withMessageMatching(".*config\\.json: " + error)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void aModelGivenByMistakeIsNoPreprocessing() throws IOException {
    Path model = Files.write(folder.resolve("model.onnx"), new byte[] {8, 7, (byte) 0xff, 0, 3});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.read(model))
        .withMessageContaining("model.onnx: expected timm's config.json")
        .withMessageEndingWith("found no UTF-8 text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.read(folder))
        .withMessageEndingWith("found a folder or device");
  }
}
